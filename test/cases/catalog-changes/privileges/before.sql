CREATE TABLE t (id integer PRIMARY KEY, note text, code integer); CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
