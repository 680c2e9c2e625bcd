CREATE TABLE a$b$c (d$$ int, é$$ int);
SELECT d$$ FROM a$b$c;
PREPARE p(int, int) AS SELECT $1+$2;
EXECUTE p(1, 2);
DROP TABLE a$b$c;
