-- before
CREATE TABLE t (id int PRIMARY KEY, a int, b int AS (a + 1) VIRTUAL, c int AS (b * 2) STORED, KEY kc (c));
-- after
CREATE TABLE t (id int PRIMARY KEY, a bigint, b bigint AS (a + 2) VIRTUAL, c bigint AS (b * 3) STORED, d int AS (a % 7) VIRTUAL, KEY kc (c), KEY kd (d));
