-- Every kind that PostgreSQL 14 to 18 keep, so that what an older model left out is there, too. Recorded snapshots were
-- made of exactly this: it never changes. What a new kind needs goes into a file and a snapshot of its own.
-- Servers from 15 on give it to somebody else, and less to all; one that was upgraded keeps what it was.
ALTER SCHEMA public OWNER TO postgres;
GRANT ALL ON SCHEMA public TO PUBLIC;
CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'all of it';
GRANT USAGE ON SCHEMA shop TO guarded;
CREATE TYPE shop.state AS ENUM ('new', 'paid', 'it''s sent');
CREATE DOMAIN shop.email AS text COLLATE "C" DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE DOMAIN shop.work_email AS shop.email NOT NULL;
COMMENT ON CONSTRAINT has_at ON DOMAIN shop.email IS 'one at least';
CREATE TYPE shop.address AS (street text COLLATE "C", city text);
COMMENT ON COLUMN shop.address.city IS 'or village';
CREATE FUNCTION shop.fee(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT amount * 2';
CREATE FUNCTION shop.noop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION shop.many(VARIADIC list integer[] DEFAULT '{}') RETURNS SETOF integer LANGUAGE sql ROWS 5 AS 'SELECT unnest(list)';
CREATE FUNCTION shop.spelled(a integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a + 1; END;
CREATE PROCEDURE shop.tidy(IN days integer) LANGUAGE plpgsql AS 'BEGIN NULL; END';
COMMENT ON FUNCTION shop.noop() IS 'nothing';
REVOKE EXECUTE ON FUNCTION shop.fee(numeric) FROM PUBLIC;
CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY, name varchar(80) NOT NULL,
  mail shop.email, home shop.address, former integer, note text COLLATE "C" DEFAULT 'none', "Odd Name" timestamptz DEFAULT '2020-01-31 12:00+00',
  CONSTRAINT one_name UNIQUE (name) DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE shop.customers DROP COLUMN former, ALTER note SET STORAGE EXTERNAL, ALTER note SET STATISTICS 50, ALTER name SET (n_distinct = 7);
COMMENT ON TABLE shop.customers IS 'who buys';
COMMENT ON COLUMN shop.customers.mail IS 'where bills go';
GRANT SELECT ON shop.customers TO guarded;
GRANT UPDATE (note) ON shop.customers TO guarded;
CREATE TABLE shop.orders (id serial PRIMARY KEY, customer bigint REFERENCES shop.customers ON DELETE CASCADE, state shop.state DEFAULT 'new',
  total numeric(10,2), fee numeric GENERATED ALWAYS AS (shop.fee(total)) STORED, during tsrange, CHECK (total >= 0),
  CONSTRAINT not_at_once EXCLUDE USING gist (during WITH &&)) WITH (fillfactor = 70, toast.autovacuum_enabled = off);
ALTER TABLE shop.orders ADD CONSTRAINT small CHECK (total < 1000000) NOT VALID;
CREATE INDEX orders_customer ON shop.orders (customer DESC NULLS LAST) INCLUDE (state);
CREATE INDEX orders_fee ON shop.orders (shop.fee(total)) WHERE state = 'paid';
CREATE UNIQUE INDEX orders_total ON shop.orders (total, id);
COMMENT ON INDEX shop.orders_fee IS 'for bills';
ALTER TABLE shop.orders CLUSTER ON orders_customer, REPLICA IDENTITY FULL, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.orders AS RESTRICTIVE FOR SELECT TO guarded USING (customer > 0);
COMMENT ON POLICY own ON shop.orders IS 'own orders';
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF total ON shop.orders FOR EACH ROW WHEN (NEW.total > 0) EXECUTE FUNCTION shop.noop();
ALTER TABLE shop.orders DISABLE TRIGGER stamp;
COMMENT ON TRIGGER stamp ON shop.orders IS 'stamps';
CREATE VIEW shop.open_orders WITH (security_barrier) AS SELECT o.id, c.name, o.total FROM shop.orders o JOIN shop.customers c ON c.id = o.customer WHERE o.state <> 'paid';
COMMENT ON COLUMN shop.open_orders.total IS 'with tax';
ALTER VIEW shop.open_orders ALTER total SET DEFAULT 1;
CREATE MATERIALIZED VIEW shop.daily AS SELECT state, count(*) AS n FROM shop.orders GROUP BY state;
CREATE UNIQUE INDEX daily_state ON shop.daily (state);
CREATE TABLE shop.log_all (at timestamptz NOT NULL, what text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE shop.log_2020 PARTITION OF shop.log_all FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE shop.log_rest PARTITION OF shop.log_all DEFAULT PARTITION BY HASH (at);
CREATE INDEX log_what ON shop.log_all (what);
CREATE TABLE shop.people (name text, born date CHECK (born > '1900-01-01'));
CREATE TABLE shop.staff (salary numeric) INHERITS (shop.people);
CREATE TABLE shop.places OF shop.address (PRIMARY KEY (street));
CREATE UNLOGGED TABLE shop.scratch (data bytea COMPRESSION pglz);
CREATE SEQUENCE shop.numbers AS smallint START 100 MAXVALUE 1000 CACHE 10 CYCLE;
CREATE SEQUENCE shop.owned OWNED BY shop.scratch.data;
-- From here on what the first model did not know.
CREATE AGGREGATE shop.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
CREATE TYPE shop.span AS RANGE (SUBTYPE = numeric);
CREATE RULE silent AS ON DELETE TO shop.customers DO INSTEAD NOTHING;
CREATE STATISTICS shop.related (dependencies) ON customer, state FROM shop.orders;
CREATE COLLATION shop.plain FROM "C";
CREATE FUNCTION shop.same(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE OPERATOR shop.=== (LEFTARG = integer, RIGHTARG = text, FUNCTION = shop.same);
CREATE OPERATOR FAMILY shop.numbers USING btree;
CREATE OPERATOR CLASS shop.backwards FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 3 =, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
CREATE FUNCTION shop.to_state(integer) RETURNS shop.state LANGUAGE sql IMMUTABLE AS $$SELECT 'new'::shop.state$$;
CREATE CAST (integer AS shop.state) WITH FUNCTION shop.to_state(integer) AS ASSIGNMENT;
CREATE CONVERSION shop.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH PARSER shop.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE shop.lower_case (LEXIZE = dsimple_lexize, INIT = dsimple_init);
CREATE TEXT SEARCH DICTIONARY shop.plain (TEMPLATE = shop.lower_case);
CREATE TEXT SEARCH CONFIGURATION shop.short (PARSER = shop.words);
ALTER TEXT SEARCH CONFIGURATION shop.short ADD MAPPING FOR asciiword WITH shop.plain;
CREATE LANGUAGE loud HANDLER plpgsql_call_handler;
CREATE FUNCTION shop.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'boolin';
CREATE TRANSFORM FOR shop.state LANGUAGE loud (FROM SQL WITH FUNCTION shop.from_sql(internal));
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN tag IN ('CREATE TABLE') EXECUTE FUNCTION shop.on_ddl();
ALTER EVENT TRIGGER watch DISABLE;
CREATE FOREIGN DATA WRAPPER dummy;
CREATE SERVER far FOREIGN DATA WRAPPER dummy OPTIONS (host 'far.example');
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 'hunter2');
CREATE FOREIGN TABLE shop.distant (id integer NOT NULL, name text) SERVER far OPTIONS (table_name 'x');
CREATE PUBLICATION news FOR TABLE shop.customers;
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO guarded;
