-- mooring: renamed from old
CREATE TABLE new (id integer);
