-- before
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0);
-- after
CREATE TABLE t (age int NOT NULL DEFAULT 0, extra int, name varchar(20) DEFAULT NULL, id bigint NOT NULL PRIMARY KEY, last2 text);
