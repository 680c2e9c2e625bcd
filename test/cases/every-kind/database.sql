-- Every kind of object that PostgreSQL 14 to 18 keep, each with every property. Paragraphs are statements that run one
-- after another; `-- 15+` or `-- 14-` at the start of one keeps it from other servers.

CREATE SCHEMA shop;
CREATE SCHEMA "Other One";
COMMENT ON SCHEMA shop IS 'all of it, it''s said';
GRANT USAGE ON SCHEMA shop TO guarded WITH GRANT OPTION;
COMMENT ON SCHEMA public IS 'hardly used';

CREATE TYPE shop.state AS ENUM ('new', 'paid', 'it''s sent');
COMMENT ON TYPE shop.state IS 'of an order';
GRANT USAGE ON TYPE shop.state TO guarded;
REVOKE USAGE ON TYPE shop.state FROM PUBLIC;
CREATE TYPE shop.nothing AS ENUM ();
CREATE COLLATION shop.plain FROM "C";
CREATE COLLATION shop.mixed (lc_collate = 'C', lc_ctype = 'POSIX');
CREATE COLLATION shop.german (provider = icu, locale = 'de-u-co-phonebk', deterministic = false);
COMMENT ON COLLATION shop.german IS 'as in a telephone book';
CREATE DOMAIN shop.email AS text COLLATE shop.plain DEFAULT 'a@b' CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE DOMAIN shop.work_email AS shop.email NOT NULL CONSTRAINT short CHECK (length(VALUE) < 99);
ALTER DOMAIN shop.work_email ADD CONSTRAINT lower_case CHECK (VALUE = lower(VALUE)) NOT VALID;
COMMENT ON CONSTRAINT has_at ON DOMAIN shop.email IS 'one at least';
COMMENT ON DOMAIN shop.email IS 'an address';
CREATE TYPE shop.address AS (street text COLLATE shop.plain, city character varying(20), "Zip" integer[]);
COMMENT ON TYPE shop.address IS 'where';
COMMENT ON COLUMN shop.address.city IS 'or village';
CREATE TYPE shop.hollow AS ();
CREATE TYPE shop.span AS RANGE (SUBTYPE = numeric);
CREATE FUNCTION shop.distance(timestamp, timestamp) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT extract(epoch FROM $1 - $2)::float8';
CREATE TYPE shop.duration AS RANGE (SUBTYPE = timestamp, SUBTYPE_DIFF = shop.distance, MULTIRANGE_TYPE_NAME = shop.durations);
CREATE TYPE shop.words AS RANGE (SUBTYPE = text, COLLATION = shop.plain, SUBTYPE_OPCLASS = text_pattern_ops);
COMMENT ON TYPE shop.duration IS 'from when to when';
CREATE TYPE shop.only_a_name;
CREATE TYPE shop.tiny;
CREATE FUNCTION shop.tiny_in(cstring) RETURNS shop.tiny LANGUAGE internal IMMUTABLE STRICT AS 'int2in';
CREATE FUNCTION shop.tiny_out(shop.tiny) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int2out';
CREATE TYPE shop.tiny (INPUT = shop.tiny_in, OUTPUT = shop.tiny_out, INTERNALLENGTH = 2, PASSEDBYVALUE, ALIGNMENT = int2, CATEGORY = 'N', DEFAULT = '7', DELIMITER = ';');
COMMENT ON TYPE shop.tiny IS 'small';
CREATE TYPE shop.label;
CREATE FUNCTION shop.label_in(cstring) RETURNS shop.label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION shop.label_out(shop.label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION shop.label_recv(internal) RETURNS shop.label LANGUAGE internal STABLE STRICT AS 'textrecv';
CREATE FUNCTION shop.label_send(shop.label) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE TYPE shop.label (INPUT = shop.label_in, OUTPUT = shop.label_out, RECEIVE = shop.label_recv, SEND = shop.label_send, STORAGE = extended, COLLATABLE = true, CATEGORY = 'S', PREFERRED = false);

CREATE FUNCTION shop.fee(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT amount * 2';
CREATE FUNCTION shop.noop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, shop SET work_mem = '8MB' AS $f$BEGIN
  -- with "quotes" and 'others'
  RETURN NEW;
END$f$;
CREATE FUNCTION shop.many(VARIADIC list integer[] DEFAULT '{}') RETURNS SETOF integer LANGUAGE sql STABLE ROWS 5 AS 'SELECT unnest(list)';
CREATE FUNCTION shop.table_of(IN a integer, OUT b text, OUT c shop.state) RETURNS SETOF record LANGUAGE sql PARALLEL RESTRICTED AS $$SELECT 'x', 'new'::shop.state$$;
CREATE FUNCTION shop.rows_of() RETURNS TABLE (id bigint, name text) LANGUAGE sql LEAKPROOF AS 'SELECT 1::bigint, NULL::text';
CREATE FUNCTION shop.spelled(a integer DEFAULT 1, b integer DEFAULT shop.fee(2)::integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a + b; END;
CREATE FUNCTION shop.spelled_short(a integer) RETURNS integer LANGUAGE sql RETURN a + 1;
CREATE FUNCTION shop.row_numbers() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';
CREATE PROCEDURE shop.tidy(IN days integer, INOUT done integer DEFAULT 0) LANGUAGE plpgsql AS 'BEGIN NULL; END';
COMMENT ON FUNCTION shop.noop() IS 'nothing';
COMMENT ON PROCEDURE shop.tidy IS 'sweeps';
REVOKE EXECUTE ON FUNCTION shop.fee(numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.fee(numeric) TO guarded;
GRANT EXECUTE ON PROCEDURE shop.tidy TO guarded;
ALTER FUNCTION shop.spelled_short(integer) DEPENDS ON EXTENSION plpgsql;

CREATE AGGREGATE shop.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0', COMBINEFUNC = numeric_add, PARALLEL = safe,
  MSFUNC = numeric_add, MINVFUNC = numeric_sub, MSTYPE = numeric, MINITCOND = '0');
CREATE AGGREGATE shop.least_of(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE AGGREGATE shop.mean(float8) (SFUNC = float8_accum, STYPE = float8[], SSPACE = 32, FINALFUNC = float8_avg, FINALFUNC_MODIFY = shareable, INITCOND = '{0,0,0}');
CREATE AGGREGATE shop.count_all(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE shop.joined(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE shop.middle(float8 ORDER BY float8) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
COMMENT ON AGGREGATE shop.total(numeric) IS 'all of it';
GRANT EXECUTE ON FUNCTION shop.total(numeric) TO guarded;
CREATE FUNCTION shop.same(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION shop.differ(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text <> $2';
CREATE FUNCTION shop.same_back(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2::text';
CREATE OPERATOR shop.=== (LEFTARG = text, RIGHTARG = integer, FUNCTION = shop.same_back);
CREATE OPERATOR shop.!== (LEFTARG = integer, RIGHTARG = text, FUNCTION = shop.differ);
CREATE OPERATOR shop.=== (LEFTARG = integer, RIGHTARG = text, FUNCTION = shop.same, COMMUTATOR = OPERATOR(shop.===), NEGATOR = OPERATOR(shop.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR shop.@@@ (RIGHTARG = integer, FUNCTION = int4abs);
COMMENT ON OPERATOR shop.=== (integer, text) IS 'as text';
CREATE OPERATOR FAMILY shop.numbers USING btree;
CREATE OPERATOR CLASS shop.numbers_long FOR TYPE bigint USING btree FAMILY shop.numbers AS OPERATOR 1 <, OPERATOR 3 =, OPERATOR 5 >, FUNCTION 1 btint8cmp(bigint, bigint);
ALTER OPERATOR FAMILY shop.numbers USING btree ADD OPERATOR 1 <(bigint, integer), OPERATOR 3 =(bigint, integer), FUNCTION 1 (bigint, integer) btint84cmp(bigint, integer);
CREATE OPERATOR CLASS shop.backwards FOR TYPE integer USING btree AS OPERATOR 1 >, OPERATOR 3 =, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
CREATE OPERATOR CLASS shop.states DEFAULT FOR TYPE shop.state USING hash AS OPERATOR 1 =(anyenum, anyenum), FUNCTION 1 (shop.state, shop.state) hashenum(anyenum);
CREATE OPERATOR CLASS shop.boxes FOR TYPE box USING gist AS OPERATOR 3 &&, OPERATOR 15 <->(box, point) FOR ORDER BY float_ops, FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
  FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
  FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 gist_box_distance(internal, box, smallint, oid, internal), STORAGE box;
COMMENT ON OPERATOR CLASS shop.backwards USING btree IS 'downwards';
COMMENT ON OPERATOR FAMILY shop.numbers USING btree IS 'of all lengths';
CREATE FUNCTION shop.to_state(integer) RETURNS shop.state LANGUAGE sql IMMUTABLE AS $$SELECT 'new'::shop.state$$;
CREATE CAST (integer AS shop.state) WITH FUNCTION shop.to_state(integer) AS ASSIGNMENT;
CREATE CAST (shop.tiny AS smallint) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (shop.address AS jsonb) WITH INOUT;
COMMENT ON CAST (integer AS shop.state) IS 'by number';
CREATE CONVERSION shop.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION shop.latin_two FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8;
COMMENT ON CONVERSION shop.latin IS 'old letters';
CREATE TEXT SEARCH PARSER shop.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE shop.lower_case (LEXIZE = dsimple_lexize, INIT = dsimple_init);
CREATE TEXT SEARCH DICTIONARY shop.plain (TEMPLATE = shop.lower_case, ACCEPT = false);
CREATE TEXT SEARCH CONFIGURATION shop.short (PARSER = shop.words);
ALTER TEXT SEARCH CONFIGURATION shop.short ADD MAPPING FOR asciiword, word WITH shop.plain, simple;
ALTER TEXT SEARCH CONFIGURATION shop.short ADD MAPPING FOR "int" WITH simple;
COMMENT ON TEXT SEARCH PARSER shop.words IS 'cuts';
COMMENT ON TEXT SEARCH TEMPLATE shop.lower_case IS 'lowers';
COMMENT ON TEXT SEARCH DICTIONARY shop.plain IS 'looks up';
COMMENT ON TEXT SEARCH CONFIGURATION shop.short IS 'finds';

CREATE FUNCTION shop.call_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION shop.inline_handler(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION shop.validator(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE loud HANDLER shop.call_handler INLINE shop.inline_handler VALIDATOR shop.validator;
CREATE TRUSTED LANGUAGE quiet HANDLER shop.call_handler;
COMMENT ON LANGUAGE loud IS 'as plpgsql';
REVOKE USAGE ON LANGUAGE quiet FROM PUBLIC;
GRANT USAGE ON LANGUAGE quiet TO guarded;
CREATE FUNCTION shop.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'boolin';
CREATE FUNCTION shop.to_sql(internal) RETURNS shop.state LANGUAGE internal IMMUTABLE AS 'boolin';
CREATE TRANSFORM FOR shop.state LANGUAGE loud (FROM SQL WITH FUNCTION shop.from_sql(internal), TO SQL WITH FUNCTION shop.to_sql(internal));
COMMENT ON TRANSFORM FOR shop.state LANGUAGE loud IS 'there and back';
CREATE FUNCTION shop.transformed(shop.state) RETURNS integer LANGUAGE loud TRANSFORM FOR TYPE shop.state AS 'BEGIN RETURN 1; END';
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD other_tree TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD other_heap IS 'a heap';

CREATE TABLE shop.customers (id bigint GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY, name varchar(80) NOT NULL,
  mail shop.email, home shop.address, former integer, note text COLLATE shop.plain DEFAULT 'none', "Odd Name" timestamptz DEFAULT '2020-01-31 12:00+00',
  number integer GENERATED BY DEFAULT AS IDENTITY (MINVALUE -5 MAXVALUE 500 CACHE 3 CYCLE), tags text[] DEFAULT '{a,"b c"}', kind "char",
  CONSTRAINT one_name UNIQUE (name) INCLUDE (note) DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE shop.customers DROP COLUMN former, ALTER note SET STORAGE EXTERNAL, ALTER note SET STATISTICS 50, ALTER name SET (n_distinct = 7);
COMMENT ON TABLE shop.customers IS 'who buys';
COMMENT ON COLUMN shop.customers.mail IS 'where bills go';
GRANT SELECT, INSERT ON shop.customers TO guarded WITH GRANT OPTION;
GRANT UPDATE (note) ON shop.customers TO guarded;
GRANT SELECT (id, name) ON shop.customers TO PUBLIC;
CREATE TABLE shop.orders (id serial PRIMARY KEY, customer bigint REFERENCES shop.customers ON UPDATE CASCADE ON DELETE SET NULL, state shop.state DEFAULT 'new',
  total numeric(10,2), fee numeric GENERATED ALWAYS AS (shop.fee(total)) STORED, during tsrange, doc tsvector, parent integer, CHECK (total >= 0),
  CONSTRAINT not_at_once EXCLUDE USING gist (during WITH &&) WITH (fillfactor = 60) WHERE (state = 'paid'),
  CONSTRAINT total_once UNIQUE (total, id) WITH (fillfactor = 80))
  WITH (fillfactor = 70, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE shop.orders ADD CONSTRAINT small CHECK (total < 1000000) NO INHERIT NOT VALID, ADD CONSTRAINT mother FOREIGN KEY (parent) REFERENCES shop.orders (id) MATCH FULL DEFERRABLE INITIALLY DEFERRED NOT VALID;
COMMENT ON CONSTRAINT small ON shop.orders IS 'no big ones';
COMMENT ON INDEX shop.total_once IS 'behind a constraint';
CREATE INDEX orders_customer ON shop.orders (customer DESC NULLS LAST) INCLUDE (state);
CREATE INDEX orders_fee ON shop.orders (shop.fee(total), id) WHERE state = 'paid';
ALTER INDEX shop.orders_fee ALTER COLUMN 1 SET STATISTICS 300;
CREATE UNIQUE INDEX orders_total ON shop.orders (total, id) WITH (fillfactor = 50);
CREATE INDEX orders_number ON shop.orders USING btree (id shop.backwards);
CREATE INDEX orders_state ON shop.orders USING hash (state);
CREATE INDEX orders_doc ON shop.orders USING gin (doc) WITH (fastupdate = off);
CREATE INDEX orders_signs ON shop.orders USING gist (doc tsvector_ops (siglen = 100));
COMMENT ON INDEX shop.orders_fee IS 'for bills';
ALTER TABLE shop.orders CLUSTER ON orders_customer, REPLICA IDENTITY USING INDEX orders_pkey, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON shop.orders AS RESTRICTIVE FOR UPDATE TO guarded, postgres USING (customer > 0) WITH CHECK (total > 0);
CREATE POLICY everybody ON shop.orders USING (true);
COMMENT ON POLICY own ON shop.orders IS 'own orders';
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF total ON shop.orders FOR EACH ROW WHEN (NEW.total > 0) EXECUTE FUNCTION shop.noop('a', 'it''s');
CREATE TRIGGER summed AFTER UPDATE ON shop.orders REFERENCING OLD TABLE AS was NEW TABLE AS now_ FOR EACH STATEMENT EXECUTE FUNCTION shop.noop();
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON shop.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.noop();
ALTER TABLE shop.orders DISABLE TRIGGER stamp, ENABLE ALWAYS TRIGGER summed, ENABLE REPLICA TRIGGER checked;
COMMENT ON TRIGGER stamp ON shop.orders IS 'stamps';
CREATE RULE silent AS ON DELETE TO shop.customers WHERE OLD.id < 10 DO INSTEAD NOTHING;
CREATE RULE loud AS ON UPDATE TO shop.customers DO ALSO (UPDATE shop.orders SET total = total WHERE customer = NEW.id; NOTIFY changed);
ALTER TABLE shop.customers DISABLE RULE silent;
COMMENT ON RULE loud ON shop.customers IS 'tells';
CREATE STATISTICS shop.related (dependencies, mcv) ON customer, state FROM shop.orders;
CREATE STATISTICS shop.computed ON (total * 2), customer FROM shop.orders;
ALTER STATISTICS shop.related SET STATISTICS 50;
COMMENT ON STATISTICS shop.related IS 'hang together';

CREATE VIEW shop.open_orders WITH (security_barrier, check_option = local) AS SELECT o.id, o.total, o.customer FROM shop.orders o WHERE o.state <> 'paid';
CREATE VIEW shop.named AS SELECT o.id, c.name, c.home FROM shop.open_orders o JOIN shop.customers c ON c.id = o.customer;
CREATE RECURSIVE VIEW shop.numbers_to_ten (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers_to_ten WHERE n < 10;
COMMENT ON VIEW shop.open_orders IS 'not paid';
COMMENT ON COLUMN shop.open_orders.total IS 'with tax';
ALTER VIEW shop.open_orders ALTER total SET DEFAULT 1;
GRANT SELECT (id) ON shop.open_orders TO guarded;
CREATE TRIGGER instead INSTEAD OF INSERT ON shop.named FOR EACH ROW EXECUTE FUNCTION shop.noop();
CREATE RULE into_named AS ON DELETE TO shop.named DO INSTEAD DELETE FROM shop.orders WHERE id = OLD.id;
CREATE MATERIALIZED VIEW shop.daily WITH (fillfactor = 90) AS SELECT state, count(*) AS n, min(doc::text) AS doc FROM shop.orders GROUP BY state;
CREATE UNIQUE INDEX daily_state ON shop.daily (state);
ALTER MATERIALIZED VIEW shop.daily ALTER COLUMN doc SET STORAGE EXTERNAL, ALTER COLUMN doc SET STATISTICS 77, ALTER COLUMN n SET (n_distinct = 5), CLUSTER ON daily_state;
COMMENT ON MATERIALIZED VIEW shop.daily IS 'by state';
COMMENT ON COLUMN shop.daily.n IS 'how many';

CREATE TABLE shop.log_all (at timestamptz NOT NULL, what text, level integer DEFAULT 1, PRIMARY KEY (at), CHECK (level > 0)) PARTITION BY RANGE (at);
CREATE TABLE shop.log_2020 PARTITION OF shop.log_all FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2021-01-01 00:00+00') WITH (fillfactor = 50);
CREATE TABLE shop.log_old PARTITION OF shop.log_all (level DEFAULT 2) FOR VALUES FROM (MINVALUE) TO ('2020-01-01 00:00+00');
CREATE TABLE shop.log_rest PARTITION OF shop.log_all DEFAULT PARTITION BY HASH (at);
CREATE TABLE shop.log_rest_1 PARTITION OF shop.log_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.by_key (id integer, part text COLLATE shop.plain) PARTITION BY LIST (lower(part) COLLATE "C");
CREATE TABLE shop.by_key_a PARTITION OF shop.by_key FOR VALUES IN ('a', 'b', NULL);
CREATE INDEX log_what ON shop.log_all (what);
CREATE INDEX log_level ON ONLY shop.log_rest (level);
CREATE TRIGGER logged AFTER INSERT ON shop.log_all FOR EACH ROW EXECUTE FUNCTION shop.noop();
ALTER TABLE shop.log_2020 DISABLE TRIGGER logged;
CREATE TABLE shop.log_notes (at timestamptz REFERENCES shop.log_all (at), note text);
CREATE TABLE shop.people (name text, born date CONSTRAINT modern CHECK (born > '1900-01-01'), age integer);
CREATE TABLE shop.staff (salary numeric, name text DEFAULT 'somebody') INHERITS (shop.people);
ALTER TABLE shop.staff ALTER age SET DEFAULT 18;
CREATE TABLE shop.places OF shop.address (street DEFAULT 'Main Street', PRIMARY KEY (street));
CREATE UNLOGGED TABLE shop.scratch (data bytea COMPRESSION pglz, n integer);
CREATE TABLE "Other One"."Odd ""Table""" ("select" integer PRIMARY KEY, "A b" text);
CREATE INDEX "Odd Index" ON "Other One"."Odd ""Table""" ("A b");
ALTER TABLE "Other One"."Odd ""Table""" REPLICA IDENTITY FULL;
CREATE TABLE shop.elsewhere (n integer, s shop.span, t shop.tiny, l shop.label) USING other_heap;
CREATE TABLE shop.no_columns ();
CREATE SEQUENCE shop.numbers AS smallint START 100 INCREMENT -5 MINVALUE -9 MAXVALUE 1000 CACHE 10 CYCLE;
CREATE SEQUENCE shop.owned OWNED BY shop.scratch.n;
CREATE TABLE shop.default_of_sequence (id bigint DEFAULT nextval('shop.numbers'));
COMMENT ON SEQUENCE shop.numbers IS 'of bills';
GRANT USAGE ON SEQUENCE shop.numbers TO guarded;
ALTER TABLE shop.people OWNER TO guarded;

CREATE FUNCTION shop.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN tag IN ('CREATE LANGUAGE', 'DROP LANGUAGE') EXECUTE FUNCTION shop.on_ddl();
CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION shop.on_ddl();
ALTER EVENT TRIGGER watch DISABLE;
COMMENT ON EVENT TRIGGER watch IS 'watches';
CREATE FOREIGN DATA WRAPPER dummy OPTIONS (debug 'true');
CREATE FOREIGN DATA WRAPPER checked VALIDATOR postgresql_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER dummy IS 'nothing behind it';
GRANT USAGE ON FOREIGN DATA WRAPPER dummy TO guarded;
CREATE SERVER far TYPE 'odd' VERSION '1.0' FOREIGN DATA WRAPPER dummy OPTIONS (host 'far.example', note 'it''s far');
COMMENT ON SERVER far IS 'over there';
GRANT USAGE ON FOREIGN SERVER far TO guarded;
CREATE USER MAPPING FOR PUBLIC SERVER far;
CREATE USER MAPPING FOR guarded SERVER far OPTIONS ("user" 'bob');
CREATE FOREIGN TABLE shop.distant (id integer OPTIONS (column_name 'number') NOT NULL, name text COLLATE shop.plain DEFAULT 'x', CONSTRAINT sane CHECK (id > 0)) SERVER far OPTIONS (table_name 'x', note 'y=z');
COMMENT ON FOREIGN TABLE shop.distant IS 'elsewhere';
COMMENT ON COLUMN shop.distant.name IS 'of it';
GRANT SELECT ON shop.distant TO guarded;
CREATE TRIGGER on_distant BEFORE INSERT ON shop.distant FOR EACH ROW EXECUTE FUNCTION shop.noop();
CREATE FOREIGN TABLE shop.by_key_far PARTITION OF shop.by_key FOR VALUES IN ('far') SERVER far;
CREATE PUBLICATION news FOR TABLE shop.customers, shop.orders WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION nothing;
COMMENT ON PUBLICATION news IS 'tells';
CREATE SUBSCRIPTION listens CONNECTION 'host=nowhere.example dbname=x user=y' PUBLICATION a, b WITH (connect = false, slot_name = NONE, synchronous_commit = 'remote_write', binary = true);
COMMENT ON SUBSCRIPTION listens IS 'hears';
ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO guarded;
ALTER DEFAULT PRIVILEGES FOR ROLE guarded REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO guarded WITH GRANT OPTION;

CREATE EXTENSION citext SCHEMA "Other One";
CREATE EXTENSION hstore VERSION '1.7';
CREATE EXTENSION postgres_fdw;
COMMENT ON EXTENSION hstore IS 'maps';
CREATE TABLE shop.extended (name "Other One".citext PRIMARY KEY, more public.hstore DEFAULT 'a=>b', CHECK (more ? 'a'));
CREATE INDEX extended_more ON shop.extended USING gin (more);
CREATE VIEW shop.extensions_used AS SELECT more -> 'a' AS a, name FROM shop.extended WHERE name = 'X';
CREATE FUNCTION shop.uses_extension(a public.hstore) RETURNS "Other One".citext LANGUAGE sql AS $$SELECT (a -> 'a')::"Other One".citext$$;
CREATE SERVER actual FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'real.example', dbname 'x');
CREATE USER MAPPING FOR guarded SERVER actual OPTIONS ("user" 'bob');
CREATE FOREIGN TABLE shop.really_far (id integer OPTIONS (column_name 'Id')) SERVER actual OPTIONS (schema_name 'a', table_name 'b');

-- 15+
CREATE UNIQUE INDEX one_null ON shop.orders (parent) NULLS NOT DISTINCT;
CREATE TABLE shop.pair (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE shop.nulls (a integer UNIQUE NULLS NOT DISTINCT, b integer, c integer DEFAULT 3, PRIMARY KEY (b), FOREIGN KEY (a, c) REFERENCES shop.pair ON DELETE SET NULL (a));
ALTER VIEW shop.open_orders SET (security_invoker = true);
CREATE PUBLICATION parts FOR TABLE shop.customers (id, name) WHERE (id > 5);
CREATE PUBLICATION places FOR TABLES IN SCHEMA "Other One";
CREATE SUBSCRIPTION strict CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, enabled = false, two_phase = true, disable_on_error = true, streaming = on, slot_name = 'sloth');

-- 16+
CREATE COLLATION shop.ruled (provider = icu, locale = 'und', rules = '&a < g');
CREATE SUBSCRIPTION modern CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, origin = none, password_required = false, run_as_owner = true, streaming = parallel, slot_name = NONE);

-- 17+
CREATE COLLATION shop.builtin (provider = builtin, locale = 'C.UTF-8');
CREATE SUBSCRIPTION newest CONNECTION 'dbname=x' PUBLICATION a WITH (connect = false, failover = true, slot_name = 'other');
CREATE DOMAIN shop.named_not_null AS text CONSTRAINT must_be NOT NULL;
COMMENT ON CONSTRAINT must_be ON DOMAIN shop.named_not_null IS 'always';
GRANT MAINTAIN ON shop.orders TO guarded;

-- 18+
CREATE TABLE shop.latest (a integer CONSTRAINT a_is_there NOT NULL NO INHERIT, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer CONSTRAINT latest_c_not_null NOT NULL,
  id int4range, valid_at daterange, d text, PRIMARY KEY (id, valid_at WITHOUT OVERLAPS));
ALTER TABLE shop.latest ADD CONSTRAINT later NOT NULL d;
ALTER TABLE shop.orders ADD CONSTRAINT customer_there NOT NULL customer NOT VALID;
COMMENT ON CONSTRAINT a_is_there ON shop.latest IS 'said';
CREATE TABLE shop.latest_of (id int4range, at daterange, FOREIGN KEY (id, PERIOD at) REFERENCES shop.latest (id, PERIOD valid_at), other bigint, FOREIGN KEY (other) REFERENCES shop.customers NOT ENFORCED, CONSTRAINT mild CHECK (other > 0) NOT ENFORCED);
CREATE PUBLICATION generated FOR TABLE shop.orders WITH (publish_generated_columns = stored);
