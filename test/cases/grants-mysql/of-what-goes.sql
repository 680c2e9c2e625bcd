CREATE TABLE orders (id int PRIMARY KEY);
CREATE PROCEDURE tidy() DELETE FROM orders;
GRANT SELECT ON orders TO mooring_writer;
GRANT EXECUTE ON PROCEDURE tidy TO mooring_writer;
DROP PROCEDURE tidy;
DROP TABLE orders;
