CREATE TABLE t (id int PRIMARY KEY, code int); CREATE INDEX i ON t (code);
