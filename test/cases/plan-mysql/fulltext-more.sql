-- before
CREATE TABLE t (id int PRIMARY KEY, x text, y text, FULLTEXT KEY fx (x));
-- after
CREATE TABLE t (id int PRIMARY KEY, x mediumtext, y text, FULLTEXT KEY fx (x,y));
