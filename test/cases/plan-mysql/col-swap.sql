-- before
CREATE TABLE t (a int, b varchar(5), c date, d text, e int, PRIMARY KEY (a));
-- after
CREATE TABLE t (e int, c date, a int, f int, d text, b varchar(6), PRIMARY KEY (a), KEY (f));
