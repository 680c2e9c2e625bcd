CREATE USER IF NOT EXISTS 'mooring reader'@'10.0.%' IDENTIFIED BY 'Reader-1-of-these';
CREATE USER IF NOT EXISTS mooring_writer@'%' IDENTIFIED BY 'Writer-1-of-these';
CREATE TABLE orders (id int PRIMARY KEY, note text, `odd ``name` int);
CREATE VIEW open_orders AS SELECT id FROM orders;
CREATE PROCEDURE tidy() DELETE FROM orders;
CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;
GRANT SELECT, INSERT, SHOW VIEW ON * TO mooring_writer@'%';
GRANT EXECUTE ON PROCEDURE tidy TO mooring_writer@'%';
GRANT SELECT (id), UPDATE (note) ON orders TO 'mooring reader'@'10.0.%';
