-- before
CREATE TABLE t (a varchar(10)) DEFAULT CHARSET utf8mb4;
-- after
CREATE TABLE t (a varchar(10) CHARACTER SET utf8mb4) DEFAULT CHARSET utf8mb4;
