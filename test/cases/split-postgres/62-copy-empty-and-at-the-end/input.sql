CREATE TABLE t (a text);
COPY t FROM stdin;
\.
COPY t FROM stdin;
last line without its end