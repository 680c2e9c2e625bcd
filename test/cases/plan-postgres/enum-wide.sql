-- before
CREATE TYPE st AS ENUM ('a','b','c');
CREATE TABLE t (id int PRIMARY KEY, s st NOT NULL DEFAULT 'a', h st[] DEFAULT '{a,b}');
CREATE VIEW v AS SELECT s, count(*) AS n FROM t WHERE s <> 'b' GROUP BY s;
CREATE FUNCTION f(x st) RETURNS st LANGUAGE sql AS $$ SELECT x $$;
CREATE INDEX ti ON t (s) WHERE s = 'a';
ALTER TABLE t ADD CHECK (s <> 'c');
-- after
CREATE TYPE st AS ENUM ('z','a','c','d');
CREATE TABLE t (id int PRIMARY KEY, s st NOT NULL DEFAULT 'd', h st[] DEFAULT '{a,d}');
CREATE VIEW v AS SELECT s, count(*) AS n FROM t WHERE s <> 'd' GROUP BY s;
CREATE FUNCTION f(x st) RETURNS st LANGUAGE sql AS $$ SELECT x $$;
CREATE INDEX ti ON t (s) WHERE s = 'a';
ALTER TABLE t ADD CHECK (s <> 'c');
