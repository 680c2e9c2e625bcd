CREATE TABLE t (id integer PRIMARY KEY, note text, code integer); CREATE POLICY p ON t USING (id > 0);
