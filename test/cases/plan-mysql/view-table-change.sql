-- before
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0);
CREATE VIEW v AS SELECT id, name FROM t;
-- after
CREATE TABLE t (id int NOT NULL PRIMARY KEY, age int);
CREATE VIEW v AS SELECT id, age FROM t;
