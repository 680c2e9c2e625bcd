-- on: mariadb 11.8
-- before
CREATE TABLE t (id int PRIMARY KEY, e vector(3) NOT NULL);
-- after
CREATE TABLE t (id int PRIMARY KEY, e vector(3) NOT NULL, VECTOR INDEX ve (e) M=8 DISTANCE=cosine);
