-- before
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0);
-- after
CREATE TABLE t (id bigint NOT NULL, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0, PRIMARY KEY (id, age));
