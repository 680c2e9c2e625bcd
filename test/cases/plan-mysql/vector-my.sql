-- on: mysql
-- before
CREATE TABLE t (id int PRIMARY KEY, e vector(3) NOT NULL);
-- after
CREATE TABLE t (id int PRIMARY KEY, e vector(4), f vector);
