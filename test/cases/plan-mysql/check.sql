-- before
CREATE TABLE t (a int, b int, CONSTRAINT k CHECK (a > 0));
-- after
CREATE TABLE t (a int, b int, CONSTRAINT k CHECK (a > 1), CONSTRAINT l CHECK (a < b OR b IN (1,2)), CHECK (b <> 7));
