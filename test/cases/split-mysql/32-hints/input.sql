SELECT /*+ MAX_EXECUTION_TIME(1000); it's */ 1;
/*+ no hint; */ SELECT 2;
SELECT 3 /*+ no hint; */;
