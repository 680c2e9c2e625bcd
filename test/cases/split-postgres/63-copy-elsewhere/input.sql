CREATE TABLE t (stdin text);
COPY t TO stdout;
COPY (SELECT stdin FROM t) TO stdout;
COPY t (stdin) FROM '/dev/null' WHERE stdin IS DISTINCT FROM stdin;
SELECT stdin FROM t;
COPY t FROM PROGRAM 'true';
COPY t FROM stdout;
x
\.
