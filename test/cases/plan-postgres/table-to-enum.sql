-- before
CREATE TABLE t (id int PRIMARY KEY, s varchar(10) NOT NULL DEFAULT 'a' CHECK (s IN ('a', 'b')));
CREATE VIEW v AS SELECT s, count(*) FROM t GROUP BY s;
-- after
CREATE TYPE st AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id int PRIMARY KEY, s st NOT NULL DEFAULT 'c');
CREATE VIEW v AS SELECT s, count(*) FROM t GROUP BY s;
