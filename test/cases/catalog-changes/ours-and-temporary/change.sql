CREATE SCHEMA mooring; CREATE TABLE mooring.history (id integer); CREATE TEMPORARY TABLE scratch (id serial PRIMARY KEY);
