CREATE USER IF NOT EXISTS mooring_writer@'%' IDENTIFIED BY 'Writer-1-of-these';
CREATE TABLE orders (id varchar(10) PRIMARY KEY, note text);
CREATE PROCEDURE tidy() DELETE FROM orders;
GRANT SELECT, UPDATE (note) ON orders TO mooring_writer@'%';
GRANT EXECUTE ON PROCEDURE tidy TO mooring_writer@'%' WITH GRANT OPTION;
