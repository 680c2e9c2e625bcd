SELECT '1'::int, (ARRAY[1,2,3])[1:2], 1 ::text;
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT $1';
SELECT f(a := 1, b => 2), (ARRAY[1,2])[:2];
SELECT '{"a":1}'::jsonb ? 'a', '12:30:00'::time;
