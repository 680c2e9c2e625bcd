SELECT 'DROP TABLE ' || name FROM t \gexec
