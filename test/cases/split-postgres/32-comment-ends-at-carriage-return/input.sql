SELECT 1 -- a; + 1;
SELECT 2;
