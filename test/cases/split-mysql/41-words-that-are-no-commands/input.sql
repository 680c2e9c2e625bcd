SELECT 1 AS source, 2 AS system;
helpless;
SELECT
quit;
exit now;
status of things;
