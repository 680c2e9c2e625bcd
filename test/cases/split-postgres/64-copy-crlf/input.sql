CREATE TABLE t (a int, b text);
COPY t FROM stdin;
1	a;
2	b
\.
SELECT 1;
