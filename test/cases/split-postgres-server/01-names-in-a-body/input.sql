CREATE TABLE t ("end" int, "case" int, begin int);
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
  SELECT t.end, t.case, begin AS end FROM t;
  SELECT 1 end;
END;
SELECT 1;
