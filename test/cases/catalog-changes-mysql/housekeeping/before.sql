CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, code int, KEY k (code)); INSERT INTO t (code) VALUES (1), (2), (3);
