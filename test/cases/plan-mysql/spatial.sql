-- before
CREATE TABLE t (id int);
-- after
CREATE TABLE t (id int, g geometry NOT NULL, SPATIAL KEY s (g));
