-- on: mysql
-- before
CREATE TABLE t (a int);
-- after
CREATE TABLE t (a int DEFAULT (1+1), b varchar(40) DEFAULT (uuid()), c json DEFAULT (json_object()), d text DEFAULT ('x'), e date DEFAULT (curdate()), f binary(16) DEFAULT (uuid_to_bin(uuid())));
