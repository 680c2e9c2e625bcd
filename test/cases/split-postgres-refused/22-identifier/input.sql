SELECT 1 AS "abc;
