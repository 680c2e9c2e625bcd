CREATE TABLE a.t (id integer); CREATE TABLE b.t (id integer);
