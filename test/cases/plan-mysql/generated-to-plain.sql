-- before
CREATE TABLE t (a int, b int AS (a) STORED, c int AS (a) VIRTUAL);
-- after
CREATE TABLE t (a int, b int, c int);
