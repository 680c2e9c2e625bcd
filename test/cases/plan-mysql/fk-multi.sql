-- before
CREATE TABLE p (a int, b int, PRIMARY KEY (a,b));
CREATE TABLE c (x int, y int);
-- after
CREATE TABLE p (a int, b int, PRIMARY KEY (a,b));
CREATE TABLE c (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES p (a, b), KEY q (z));
