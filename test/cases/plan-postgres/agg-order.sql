-- before
CREATE FUNCTION acc(int[], int) RETURNS int[] LANGUAGE sql IMMUTABLE AS 'SELECT $1 || $2';
CREATE AGGREGATE collect(int) (SFUNC = acc, STYPE = int[], INITCOND = '{}');
CREATE VIEW cv AS SELECT collect(g) AS c FROM generate_series(1, 3) g;
-- after
CREATE FUNCTION acc(bigint[], bigint) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS 'SELECT $1 || $2';
CREATE AGGREGATE collect(bigint) (SFUNC = acc, STYPE = bigint[], INITCOND = '{}');
CREATE VIEW cv AS SELECT collect(g) AS c FROM generate_series(1, 3) g;
