-- on: mysql
-- before
CREATE TABLE t (j json);
-- after
CREATE TABLE t (j json, KEY k ((CAST(j->'$.a' AS UNSIGNED ARRAY))));
