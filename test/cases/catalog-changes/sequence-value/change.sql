SELECT nextval('s'), setval('t_id_seq', 70); INSERT INTO t DEFAULT VALUES;
