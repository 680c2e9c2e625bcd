-- before
CREATE TABLE t (a int, b int, c text) WITH (fillfactor = 70);
CREATE STATISTICS s (dependencies) ON a, b FROM t;
ALTER TABLE t ALTER a SET STATISTICS 500, ALTER b SET (n_distinct = 5);
CREATE INDEX i ON t (a) WITH (fillfactor = 50);
ALTER TABLE t CLUSTER ON i; ALTER TABLE t REPLICA IDENTITY FULL;
-- after
CREATE UNLOGGED TABLE t (a int NOT NULL, b int, c text COMPRESSION pglz) WITH (autovacuum_enabled = off);
CREATE STATISTICS s (ndistinct, mcv) ON a, b, (a + b) FROM t;
ALTER STATISTICS s SET STATISTICS 99;
CREATE UNIQUE INDEX i ON t (a DESC NULLS LAST, b) INCLUDE (c) WHERE b > 0;
CREATE UNIQUE INDEX j ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX j;
