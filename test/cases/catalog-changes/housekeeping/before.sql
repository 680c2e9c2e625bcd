CREATE TABLE t (id integer PRIMARY KEY, note text, code integer); CREATE INDEX i ON t (code); INSERT INTO t SELECT n, n::text, n FROM generate_series(1, 1000) n;
