CREATE TABLE t (id int PRIMARY KEY, a int, KEY k (a), KEY l (a, id));
