-- before
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, pid int, CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id));
-- after
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE c (id int PRIMARY KEY, pid bigint, CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id));
