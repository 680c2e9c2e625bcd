CREATE TABLE t (id int PRIMARY KEY, note varchar(10)) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin;
