-- before
CREATE TABLE t (a varchar(10)) DEFAULT CHARSET latin1;
-- after
CREATE TABLE t (a varchar(10) BINARY, b varbinary(5), c char(2) CHARACTER SET binary) DEFAULT CHARSET latin1;
