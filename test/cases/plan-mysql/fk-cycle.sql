-- before

-- after
SET foreign_key_checks=0;
CREATE TABLE a (id int PRIMARY KEY, b int, CONSTRAINT fa FOREIGN KEY (b) REFERENCES b (id));
CREATE TABLE b (id int PRIMARY KEY, a int, CONSTRAINT fb FOREIGN KEY (a) REFERENCES a (id));
