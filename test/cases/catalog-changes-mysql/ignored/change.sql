CREATE TABLE audit_log (id int PRIMARY KEY, a int, KEY k (a)); ALTER TABLE t ADD COLUMN secret int, ADD COLUMN other int;
