-- since: 15
-- before
CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE u (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t WITH (publish = 'insert');
-- after
CREATE TABLE t (id bigint PRIMARY KEY, a int, b text); CREATE SCHEMA sx; CREATE TABLE sx.u (id int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t (id, b) WHERE (id > 5), TABLE sx.u WITH (publish = 'insert, update');
