-- before
CREATE TABLE t (a varchar(10), b text, c char(3) CHARACTER SET ascii) DEFAULT CHARSET latin1;
-- after
CREATE TABLE t (a varchar(10), b text, c char(3) CHARACTER SET ascii) DEFAULT CHARSET utf8mb4;
