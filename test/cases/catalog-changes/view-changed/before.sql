CREATE TABLE t (id integer PRIMARY KEY, note text, code integer); CREATE VIEW v AS SELECT id FROM t;
