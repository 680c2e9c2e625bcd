-- before
CREATE TABLE t (a text, b jsonb, c int, d tsrange, e text);
CREATE INDEX i1 ON t USING gin (b);
CREATE INDEX i2 ON t USING brin (c);
CREATE INDEX i3 ON t USING hash (a);
CREATE INDEX i4 ON t (lower(a), (c + 1));
CREATE UNIQUE INDEX i5 ON t (c) WHERE a IS NOT NULL;
-- after
CREATE TABLE t (a varchar(9), b jsonb, c bigint, d tsrange, e text);
CREATE INDEX i1 ON t USING gin (b jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX i2 ON t USING brin (c) WITH (pages_per_range = 16);
CREATE INDEX i3 ON t USING spgist (e);
CREATE INDEX i4 ON t (upper(a), (c + 2) DESC NULLS LAST) INCLUDE (e);
CREATE UNIQUE INDEX i5 ON t (c, a);
COMMENT ON INDEX i5 IS 'five';
