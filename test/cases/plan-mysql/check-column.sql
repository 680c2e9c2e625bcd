-- before
CREATE TABLE t (a int CHECK (a > 0), s varchar(9) CHECK (s IN ('a','b''c')));
-- after
CREATE TABLE t (a int CHECK (a > 1), s varchar(9) CHECK (s IN ('a','b''c','d')));
