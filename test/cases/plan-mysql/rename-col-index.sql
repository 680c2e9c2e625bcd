-- before
CREATE TABLE t (id int PRIMARY KEY, a int, b int, KEY a (a), KEY b (b));
-- after
CREATE TABLE t (id int PRIMARY KEY, b int, a int, KEY a (b), KEY b (a));
