-- a
CREATE TABLE t (
  a int,
  b text
);

DO $$
BEGIN
  NULL;
END
$$;
SELECT 'x
y';
