-- mooring: replaces 1
SELECT 1;
