CREATE TABLE effect (id int AUTO_INCREMENT PRIMARY KEY, what varchar(200) NOT NULL);
CREATE TABLE big (id bigint PRIMARY KEY, v int NOT NULL, KEY big_old (id, v));
INSERT INTO big VALUES (1, 1), (2, 2), (3, 3);
CREATE TABLE gone_a (a int);
CREATE TABLE gone_b (a int);
CREATE TABLE emptied (a int);
INSERT INTO emptied VALUES (1);
CREATE VIEW seen AS SELECT id FROM big;
CREATE PROCEDURE in_two() BEGIN INSERT INTO effect (what) VALUES ('call, first half'); COMMIT; INSERT INTO effect (what) VALUES ('call, second half'); END;
