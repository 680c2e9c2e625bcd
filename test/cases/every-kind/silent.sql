-- What happens to database.sql and is no change of it, one a paragraph; `-- 15+` as there. Each is committed, one after
-- another, and nothing may be seen after any.

SELECT 1;

VACUUM;

VACUUM FULL shop.customers;

VACUUM FREEZE shop.orders;

ANALYZE shop.orders, shop.customers, shop.log_all, shop.daily;

INSERT INTO shop.customers (name) SELECT 'name ' || n FROM generate_series(1, 500) n; ANALYZE shop.customers;

INSERT INTO shop.orders (customer, total) SELECT id, id FROM shop.customers LIMIT 1; DELETE FROM shop.orders; ANALYZE shop.orders;

REINDEX TABLE shop.orders;

REINDEX INDEX CONCURRENTLY shop.orders_customer;

REINDEX TABLE CONCURRENTLY shop.customers;

CLUSTER shop.orders;

TRUNCATE shop.customers, shop.orders CASCADE;

SELECT nextval('shop.numbers'), setval('shop.owned', 77), setval('shop.orders_id_seq', 9);

ALTER SEQUENCE shop.numbers RESTART WITH 50;

ALTER TABLE shop.customers ALTER number RESTART WITH 7;

REFRESH MATERIALIZED VIEW shop.daily;

REFRESH MATERIALIZED VIEW CONCURRENTLY shop.daily;

REFRESH MATERIALIZED VIEW shop.daily WITH NO DATA;

SET search_path = shop, public;

SET search_path = pg_temp, "Other One", shop;

SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German, DMY'; SET IntervalStyle = 'sql_standard';

SET extra_float_digits = -3; SET bytea_output = 'escape'; SET xmlbinary = 'hex'; SET lc_monetary = 'C';

SET quote_all_identifiers = on; SET standard_conforming_strings = off; SET escape_string_warning = off; SET backslash_quote = off;

SET default_table_access_method = 'other_heap'; SET default_tablespace = ''; SET default_toast_compression = 'pglz';

SET check_function_bodies = off; SET row_security = off; SET session_replication_role = replica; SET lock_timeout = '5ms';

SET default_transaction_isolation = 'serializable'; SET default_transaction_read_only = on;

SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_nestloop = off; SET max_parallel_workers_per_gather = 4; SET jit_above_cost = 0;

RESET ALL;

SET ROLE pg_read_all_data; RESET ROLE;

CREATE TEMPORARY TABLE orders (id serial PRIMARY KEY, state shop.state DEFAULT 'new'); CREATE TEMPORARY VIEW seen AS SELECT * FROM orders;

CREATE INDEX ON pg_temp.orders (state); DROP VIEW seen; DROP TABLE pg_temp.orders;

CREATE TABLE shop.passing (id serial PRIMARY KEY, n integer CHECK (n > 0)); DROP TABLE shop.passing;

CREATE INDEX CONCURRENTLY passing ON shop.orders (during); DROP INDEX shop.passing;

GRANT ALL ON shop.log_all TO postgres; REVOKE ALL ON shop.log_all FROM PUBLIC;

GRANT SELECT ON shop.log_all TO PUBLIC; REVOKE SELECT ON shop.log_all FROM PUBLIC;

GRANT EXECUTE ON FUNCTION shop.many TO PUBLIC; GRANT USAGE ON TYPE shop.nothing TO PUBLIC;

GRANT SELECT (what) ON shop.log_all TO guarded; REVOKE SELECT (what) ON shop.log_all FROM guarded;

GRANT USAGE ON SEQUENCE shop.owned TO guarded; REVOKE USAGE ON SEQUENCE shop.owned FROM guarded;

REVOKE USAGE ON SCHEMA shop FROM guarded; GRANT USAGE ON SCHEMA shop TO guarded WITH GRANT OPTION;

ALTER DEFAULT PRIVILEGES FOR ROLE guarded GRANT EXECUTE ON FUNCTIONS TO PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE guarded REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

DROP INDEX shop.orders_fee; CREATE INDEX orders_fee ON shop.orders (shop.fee(total), id) WHERE state = 'paid';
ALTER INDEX shop.orders_fee ALTER COLUMN 1 SET STATISTICS 300; COMMENT ON INDEX shop.orders_fee IS 'for bills';

DROP VIEW shop.named; CREATE VIEW shop.named AS SELECT o.id, c.name, c.home FROM shop.open_orders o JOIN shop.customers c ON c.id = o.customer;
CREATE TRIGGER instead INSTEAD OF INSERT ON shop.named FOR EACH ROW EXECUTE FUNCTION shop.noop();
CREATE RULE into_named AS ON DELETE TO shop.named DO INSTEAD DELETE FROM shop.orders WHERE id = OLD.id;
-- What default privileges gave it.
REVOKE SELECT ON shop.named FROM guarded;

CREATE OR REPLACE FUNCTION shop.many(VARIADIC list integer[] DEFAULT '{}') RETURNS SETOF integer LANGUAGE sql STABLE ROWS 5 AS 'SELECT unnest(list)';

DROP CAST (shop.address AS jsonb); CREATE CAST (shop.address AS jsonb) WITH INOUT;

DROP OPERATOR shop.@@@ (NONE, integer); CREATE OPERATOR shop.@@@ (RIGHTARG = integer, FUNCTION = int4abs);

DROP PUBLICATION everything; CREATE PUBLICATION everything FOR ALL TABLES;

DROP COLLATION shop.mixed; CREATE COLLATION shop.mixed (lc_ctype = 'POSIX', lc_collate = 'C');

DROP EVENT TRIGGER dropped; CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION shop.on_ddl();

DROP SERVER far CASCADE; CREATE SERVER far TYPE 'odd' VERSION '1.0' FOREIGN DATA WRAPPER dummy OPTIONS (note 'it''s far', host 'far.example');
COMMENT ON SERVER far IS 'over there'; GRANT USAGE ON FOREIGN SERVER far TO guarded;
CREATE USER MAPPING FOR PUBLIC SERVER far; CREATE USER MAPPING FOR guarded SERVER far OPTIONS ("user" 'bob');
CREATE FOREIGN TABLE shop.distant (id integer OPTIONS (column_name 'number') NOT NULL, name text COLLATE shop.plain DEFAULT 'x', CONSTRAINT sane CHECK (id > 0)) SERVER far OPTIONS (note 'y=z', table_name 'x');
COMMENT ON FOREIGN TABLE shop.distant IS 'elsewhere'; COMMENT ON COLUMN shop.distant.name IS 'of it'; GRANT SELECT ON shop.distant TO guarded;
CREATE TRIGGER on_distant BEFORE INSERT ON shop.distant FOR EACH ROW EXECUTE FUNCTION shop.noop();
CREATE FOREIGN TABLE shop.by_key_far PARTITION OF shop.by_key FOR VALUES IN ('far') SERVER far; REVOKE SELECT ON shop.by_key_far FROM guarded;

ALTER TABLE shop.orders DISABLE TRIGGER ALL; ALTER TABLE shop.orders ENABLE TRIGGER ALL;
ALTER TABLE shop.orders DISABLE TRIGGER stamp, ENABLE ALWAYS TRIGGER summed, ENABLE REPLICA TRIGGER checked;

ALTER TABLE shop.scratch ADD COLUMN passing integer; ALTER TABLE shop.scratch DROP COLUMN passing;

ALTER TABLE shop.people RENAME TO persons; ALTER TABLE shop.persons RENAME TO people;

ALTER SCHEMA "Other One" RENAME TO other; ALTER SCHEMA other RENAME TO "Other One";

ALTER TABLE shop.orders SET (autovacuum_enabled = off); ALTER TABLE shop.orders SET (fillfactor = 70);

CREATE EXTENSION IF NOT EXISTS plpgsql;

CREATE SCHEMA mooring; CREATE TABLE mooring.history (id integer PRIMARY KEY); DROP SCHEMA mooring CASCADE;

DO $$ BEGIN PERFORM pg_stat_reset(); PERFORM pg_notify('x', 'y'); PERFORM pg_advisory_xact_lock(5); END $$;

SELECT lo_unlink(lo_create(0)); LISTEN something; UNLISTEN *; PREPARE p AS SELECT 1; DEALLOCATE p; DISCARD ALL;
