-- mooring: lock_timeout=1s
CREATE TABLE new (id integer);
