-- before
CREATE TABLE t (a int, b int NOT NULL, PRIMARY KEY (a), UNIQUE KEY u (b));
-- after
CREATE TABLE t (a int, b int NOT NULL AUTO_INCREMENT, PRIMARY KEY (b), KEY (a));
