CREATE TABLE t (id int PRIMARY KEY, a varchar(100), b int, KEY k (a), UNIQUE u (b), FULLTEXT ft (a));
