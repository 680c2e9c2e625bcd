-- before
CREATE TABLE t (a int, KEY k (a));
-- after
CREATE TABLE t (a int, KEY l (a));
