-- before
CREATE TABLE t (id int PRIMARY KEY, b blob, x text, KEY kb (b(10)), FULLTEXT KEY fx (x));
-- after
CREATE TABLE t (id int PRIMARY KEY, b varbinary(50), x mediumtext, y text, KEY kb (b), FULLTEXT KEY fx (x, y));
