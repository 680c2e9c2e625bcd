-- before
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int AS (a + b) STORED, CONSTRAINT k CHECK (a < b), KEY kab (a, b), KEY kc (c));
-- after
CREATE TABLE t (id int PRIMARY KEY, b int, KEY kab (b));
