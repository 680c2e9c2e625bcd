-- before
CREATE TABLE t (a int, b int AS (a) VIRTUAL);
-- after
CREATE TABLE t (a int, b bigint AS (a) VIRTUAL COMMENT 'c');
