CREATE TABLE t (a int, b text);
COPY t (a, b) FROM stdin;
1	SELECT 1; DROP TABLE t;
2	'not a string
3	\\. and \\N $$ /* 
\.
SELECT count(*) FROM t;
