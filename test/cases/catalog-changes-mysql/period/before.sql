CREATE TABLE t (id int, s date, e date);
