-- before
CREATE TABLE t (a int, b int, KEY k (a));
-- after
CREATE TABLE t (a int, b int, KEY k (a, b), UNIQUE KEY u (b));
