CREATE TABLE orders (id int PRIMARY KEY);
GRANT SELECT, INSERT ON orders TO mooring_role;
GRANT SELECT ON * TO mooring_role, mooring_writer;
