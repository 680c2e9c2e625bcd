-- before
CREATE TABLE p (id int PRIMARY KEY, b int, UNIQUE KEY u (b));
CREATE TABLE c (id int PRIMARY KEY, pid int, CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id));
-- after
CREATE TABLE p (id int PRIMARY KEY, b int, UNIQUE KEY u (b));
CREATE TABLE c (id int PRIMARY KEY, pid int, CONSTRAINT g FOREIGN KEY (pid) REFERENCES p (id));
