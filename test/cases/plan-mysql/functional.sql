-- on: mysql
-- before
CREATE TABLE t (a int, b varchar(10), KEY f ((a+1)));
-- after
CREATE TABLE t (a int, b varchar(10), KEY f ((a+2)), UNIQUE KEY g ((lower(b)), a DESC));
