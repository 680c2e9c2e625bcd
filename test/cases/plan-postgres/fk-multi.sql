-- before
CREATE TABLE a (x int, y int, UNIQUE (x, y));
CREATE TABLE b (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES a (x, y) MATCH FULL);
-- after
CREATE TABLE a (x int, y int, w int, PRIMARY KEY (x, y), UNIQUE (y, x, w));
CREATE TABLE b (x int, y int, z int, FOREIGN KEY (x, y) REFERENCES a (x, y) ON DELETE SET NULL, FOREIGN KEY (y, x, z) REFERENCES a (y, x, w) NOT VALID);
