-- before
CREATE TABLE s (id int PRIMARY KEY, up int);
-- after
CREATE TABLE s (id int PRIMARY KEY, up int, CONSTRAINT f FOREIGN KEY (up) REFERENCES s (id));
