-- before
CREATE TABLE t (a text, b bytea, c int) WITH (toast.autovacuum_enabled = off, fillfactor = 90);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET COMPRESSION pglz;
CREATE UNLOGGED TABLE ul (id serial PRIMARY KEY);
CREATE STATISTICS st ON a, c FROM t;
-- after
CREATE TABLE t (a text, b bytea, c int) WITH (parallel_workers = 2);
ALTER TABLE t ALTER a SET STORAGE MAIN, ALTER c SET STATISTICS 10;
CREATE TABLE ul (id serial PRIMARY KEY);
CREATE STATISTICS st (mcv) ON a, (c * 2), lower(a) FROM t;
COMMENT ON STATISTICS st IS 's';
