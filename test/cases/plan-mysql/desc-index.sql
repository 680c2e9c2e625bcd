-- before
CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(200), KEY k (a, b(10)));
-- after
CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(200), KEY k (a DESC, b(20)), UNIQUE KEY u (b(5) DESC, a), KEY h (a) USING BTREE);
