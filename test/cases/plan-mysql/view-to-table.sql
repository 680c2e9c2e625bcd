-- before
CREATE TABLE t (id int);
CREATE VIEW v AS SELECT id FROM t;
-- after
CREATE TABLE t (id int);
CREATE TABLE v (id int);
