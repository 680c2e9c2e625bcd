-- on: mysql
-- before
CREATE TABLE t (id int PRIMARY KEY, j json);
-- after
CREATE TABLE t (id int PRIMARY KEY, j json, KEY m ((cast(j->'$.a' as unsigned array))), KEY g ((cast(json_unquote(j->'$.c') as char(20) charset utf8mb4))));
