-- on: mariadb
-- before
CREATE TABLE t (a int);
-- after
CREATE TABLE t (a int DEFAULT (1+1), b varchar(40) DEFAULT uuid(), c longtext DEFAULT (json_object()), d text DEFAULT 'x', e date DEFAULT curdate(), f int DEFAULT (a*2), g datetime DEFAULT (now() + interval 1 day));
