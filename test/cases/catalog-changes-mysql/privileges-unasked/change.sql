GRANT SELECT ON orders TO mooring_writer@'%';
