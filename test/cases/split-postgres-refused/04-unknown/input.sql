CREATE TABLE t (a int);
SELECT 'é', \frobnicate;
