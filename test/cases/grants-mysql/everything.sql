CREATE TABLE orders (id int PRIMARY KEY, note text);
CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;
GRANT ALL PRIVILEGES ON * TO mooring_writer@'%';
GRANT ALL ON TABLE orders TO mooring_writer@'%' WITH GRANT OPTION;
GRANT ALL ON FUNCTION one TO 'mooring_writer'@'%';
