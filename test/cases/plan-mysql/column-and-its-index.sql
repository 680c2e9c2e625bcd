-- before
CREATE TABLE t (id int PRIMARY KEY, x int, KEY fx (x));
-- after
CREATE TABLE t (id int PRIMARY KEY, x int, y int, KEY fx (x,y), CONSTRAINT k CHECK (y > x));
