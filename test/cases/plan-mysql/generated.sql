-- before
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0);
-- after
CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, name varchar(20) DEFAULT NULL, age int NOT NULL DEFAULT 0, v int AS (age * 2) VIRTUAL, s varchar(40) AS (concat(name,'x')) STORED, KEY kv (v));
