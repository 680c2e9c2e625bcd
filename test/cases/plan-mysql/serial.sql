-- before
CREATE TABLE t (id serial, a int);
-- after
CREATE TABLE t (id bigint unsigned NOT NULL AUTO_INCREMENT, a int, PRIMARY KEY (id, a), KEY k (id));
