CREATE TABLE t (id integer PRIMARY KEY, note text, code integer); ALTER TABLE t ADD CONSTRAINT c CHECK (code > 0);
