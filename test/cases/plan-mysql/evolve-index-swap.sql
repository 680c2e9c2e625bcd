-- before
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, UNIQUE KEY u1 (a), KEY k1 (b), KEY k2 (c, b));
-- after
CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int, UNIQUE KEY k1 (a), KEY u1 (b), KEY k2 (b, c), UNIQUE KEY u2 (c));
