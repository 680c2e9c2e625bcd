-- before
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0);
-- after
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0, KEY a (name(5)), UNIQUE KEY b (name, age), KEY c (age DESC, name), FULLTEXT KEY d (name), KEY e (name) USING BTREE COMMENT 'c');
