-- before
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE TYPE addr AS (e email, n int);
CREATE TABLE t (id int PRIMARY KEY, e email, a addr, es email[]);
CREATE FUNCTION g(e email) RETURNS boolean LANGUAGE sql AS 'SELECT e IS NOT NULL';
CREATE VIEW w AS SELECT (a).n, e FROM t;
-- after
CREATE DOMAIN email AS varchar(50) NOT NULL DEFAULT 'x@y' CONSTRAINT ok CHECK (VALUE ~ '@') CHECK (length(VALUE) > 3);
CREATE TYPE addr AS (n bigint, e email, z text);
CREATE TABLE t (id int PRIMARY KEY, e email, a addr, es email[]);
CREATE FUNCTION g(e email) RETURNS boolean LANGUAGE sql AS 'SELECT e IS NOT NULL';
CREATE VIEW w AS SELECT (a).n, (a).z, e FROM t;
