GRANT CREATE TEMPORARY TABLES, LOCK TABLES ON * TO mooring_writer@'%' WITH GRANT OPTION;
REVOKE INSERT ON * FROM mooring_writer@'%';
REVOKE EXECUTE ON PROCEDURE tidy FROM mooring_writer@'%';
GRANT EXECUTE, ALTER ROUTINE ON FUNCTION one TO 'mooring reader'@'10.0.%' WITH GRANT OPTION;
GRANT SELECT ON open_orders TO 'mooring reader'@'10.0.%';
REVOKE UPDATE (note) ON orders FROM 'mooring reader'@'10.0.%';
GRANT DELETE, UPDATE (`odd ``name`) ON orders TO 'mooring reader'@'10.0.%';
