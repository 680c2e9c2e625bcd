ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a int, b varchar(10), c timestamp NULL, d decimal(5,2));
