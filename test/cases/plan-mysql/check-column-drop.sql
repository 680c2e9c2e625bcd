-- before
CREATE TABLE t (a int CHECK (a > 0), b int);
-- after
CREATE TABLE t (b int);
