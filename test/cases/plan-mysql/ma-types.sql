-- on: mariadb
-- before
CREATE TABLE t (id uuid PRIMARY KEY, ip inet6, v4 inet4);
-- after
CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuid(), ip inet6 NOT NULL, v4 inet4 DEFAULT '10.0.0.1', c text COMPRESSED, INDEX (ip));
