-- before
CREATE TABLE a (id int, x int); CREATE TABLE b (id int, y int);
CREATE VIEW ab AS SELECT a.*, b.y FROM a LEFT JOIN b USING (id);
CREATE VIEW abc AS SELECT * FROM ab WHERE y > 1;
CREATE VIEW abcd AS SELECT abc.*, (SELECT max(x) FROM ab) AS m FROM abc;
-- after
CREATE TABLE a (id int, z text, x bigint); CREATE TABLE b (id int, y decimal(9,2));
CREATE VIEW ab AS SELECT a.*, b.y FROM a LEFT JOIN b USING (id);
CREATE VIEW abc AS SELECT * FROM ab WHERE y > 1;
CREATE VIEW abcd AS SELECT abc.*, (SELECT max(x) FROM ab) AS m FROM abc;
