-- on: mysql
-- before
SET sql_generate_invisible_primary_key = 1;
CREATE TABLE t (a int);
-- after
CREATE TABLE t (a int, b int);
