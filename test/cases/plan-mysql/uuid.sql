-- on: mariadb
-- before
CREATE TABLE t (a int);
-- after
CREATE TABLE t (a int, u uuid DEFAULT uuid(), i inet6, v int INVISIBLE DEFAULT 5, z blob COMPRESSED, j json);
