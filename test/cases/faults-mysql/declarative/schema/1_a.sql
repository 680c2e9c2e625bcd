CREATE TABLE a (
  id int PRIMARY KEY,
  b varchar(20) DEFAULT 'none',
  m int DEFAULT 3,
  CONSTRAINT told CHECK (b <> '')
);
CREATE INDEX a_b ON a (b);
CREATE TABLE c (id int PRIMARY KEY, a int, CONSTRAINT c_a FOREIGN KEY (a) REFERENCES a (id));
CREATE VIEW v AS SELECT id, m FROM a;
