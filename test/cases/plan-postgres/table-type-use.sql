-- left: its columns stand in the order
-- before
CREATE TABLE t (a int, b text);
CREATE TABLE u (id int, ts t[], one t);
CREATE FUNCTION tf(t) RETURNS text LANGUAGE sql AS 'SELECT $1.b';
CREATE VIEW tv AS SELECT tf(t) AS x FROM t;
-- after
CREATE TABLE t (a int, c date, b text);
CREATE TABLE u (id int, ts t[], one t);
CREATE FUNCTION tf(t) RETURNS text LANGUAGE sql AS 'SELECT $1.b';
CREATE VIEW tv AS SELECT tf(t) AS x FROM t;
