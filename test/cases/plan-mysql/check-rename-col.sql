-- before
CREATE TABLE t (a int, CONSTRAINT k CHECK (a > 0));
-- after
CREATE TABLE t (b int, CONSTRAINT k CHECK (b > 0));
