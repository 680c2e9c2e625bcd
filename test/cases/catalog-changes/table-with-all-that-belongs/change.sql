CREATE TABLE u (id integer PRIMARY KEY, t integer REFERENCES t); CREATE INDEX ON u (t);
