-- Changes by hand to database.sql, one a paragraph; `-- 15+` as there. Each ends with what must be seen of it, and nothing else:
-- `~ <object>: <property>, …`, `+ <object>`, `- <object>`. Each runs alone and is taken back; `! …`: what a plan back says that
-- it cannot do, or leaves; `no dump tells: …`: why pg_dump shows nothing of it.

SELECT 1;

COMMENT ON SCHEMA shop IS 'less';
-- ~ schema shop: comment

ALTER SCHEMA shop OWNER TO guarded;
-- ~ schema shop: owner, privileges

REVOKE USAGE ON SCHEMA shop FROM guarded;
-- ~ schema shop: privileges

CREATE SCHEMA third;
-- + schema third

DROP TABLE "Other One"."Odd ""Table""";
-- - table "Other One"."Odd ""Table"""

ALTER TYPE shop.state ADD VALUE 'lost' BEFORE 'paid';
-- ~ enum shop.state: labels

ALTER TYPE shop.state RENAME VALUE 'new' TO 'fresh';
-- ~ enum shop.state: labels
-- ~ column shop.orders.state: default

COMMENT ON TYPE shop.state IS NULL;
-- ~ enum shop.state: comment

GRANT USAGE ON TYPE shop.state TO PUBLIC;
-- ~ enum shop.state: privileges

ALTER TYPE shop.nothing OWNER TO guarded;
-- ~ enum shop.nothing: owner

DROP TYPE shop.nothing;
-- - enum shop.nothing

ALTER TYPE shop.nothing RENAME TO void;
-- - enum shop.nothing
-- + enum shop.void

ALTER TYPE shop.nothing SET SCHEMA "Other One";
-- - enum shop.nothing
-- + enum "Other One".nothing

COMMENT ON COLLATION shop.german IS 'x';
-- ~ collation shop.german: comment

ALTER COLLATION shop.german OWNER TO guarded;
-- ~ collation shop.german: owner

DROP COLLATION shop.german; CREATE COLLATION shop.german (provider = icu, locale = 'de-u-co-phonebk');
-- ~ collation shop.german: comment, deterministic

DROP COLLATION shop.mixed; CREATE COLLATION shop.mixed (lc_collate = 'POSIX', lc_ctype = 'C');
-- ~ collation shop.mixed: lcCollate, lcCtype

DROP COLLATION shop.german; CREATE COLLATION shop.german (locale = 'C');
-- ~ collation shop.german: comment, deterministic, locale, provider

-- 16+
DROP COLLATION shop.ruled; CREATE COLLATION shop.ruled (provider = icu, locale = 'und', rules = '&a < z');
-- ~ collation shop.ruled: rules

-- 17+
DROP COLLATION shop.builtin; CREATE COLLATION shop.builtin (provider = builtin, locale = 'C');
-- ~ collation shop.builtin: locale

ALTER DOMAIN shop.email SET DEFAULT 'c@d';
-- ~ domain shop.email: default

ALTER DOMAIN shop.email SET NOT NULL;
-- ~ domain shop.email: notNull

ALTER DOMAIN shop.email DROP CONSTRAINT has_at;
-- ~ domain shop.email: constraintComments, constraints

ALTER DOMAIN shop.work_email VALIDATE CONSTRAINT lower_case;
-- ~ domain shop.work_email: constraints

COMMENT ON CONSTRAINT has_at ON DOMAIN shop.email IS 'x';
-- ~ domain shop.email: constraintComments

-- 17+
ALTER DOMAIN shop.named_not_null RENAME CONSTRAINT must_be TO has_to_be;
-- ~ domain shop.named_not_null: notNullName

-- 17+
COMMENT ON CONSTRAINT must_be ON DOMAIN shop.named_not_null IS NULL;
-- ~ domain shop.named_not_null: notNullComment

ALTER TYPE shop.hollow ADD ATTRIBUTE a integer;
-- ~ composite type shop.hollow: attributes

COMMENT ON COLUMN shop.address.street IS 'x';
-- ~ composite type shop.address: attributeComments

DROP TYPE shop.words; CREATE TYPE shop.words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops);
-- ~ range type shop.words: collation

DROP TYPE shop.words; CREATE TYPE shop.words AS RANGE (SUBTYPE = text, COLLATION = shop.plain);
-- ~ range type shop.words: operatorClass

DROP TYPE shop.words; CREATE TYPE shop.words AS RANGE (SUBTYPE = numeric);
-- ~ range type shop.words: collation, operatorClass, subtype

DROP TYPE shop.duration; CREATE TYPE shop.duration AS RANGE (SUBTYPE = timestamp); COMMENT ON TYPE shop.duration IS 'from when to when';
-- ~ range type shop.duration: multirange, subtypeDiff

ALTER TYPE shop.durations RENAME TO terms;
-- ~ range type shop.duration: multirange

DROP TYPE shop.duration;
-- - range type shop.duration

DROP TYPE shop.only_a_name;
-- - shell type shop.only_a_name

ALTER TYPE shop.label SET (STORAGE = external);
-- ~ base type shop.label: storage
-- ~ column shop.elsewhere.l: storage

ALTER TYPE shop.label SET (RECEIVE = NONE);
-- ~ base type shop.label: receive

COMMENT ON TYPE shop.tiny IS NULL;
-- ~ base type shop.tiny: comment

CREATE OR REPLACE FUNCTION shop.fee(amount numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT amount * 3';
-- ~ function shop.fee(numeric): body

ALTER FUNCTION shop.fee(numeric) STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 9 LEAKPROOF;
-- ~ function shop.fee(numeric): cost, leakproof, parallel, strict, volatility

ALTER FUNCTION shop.noop() SECURITY INVOKER RESET work_mem;
-- ~ function shop.noop(): config, securityDefiner

ALTER FUNCTION shop.many(integer[]) ROWS 9;
-- ~ function shop.many(integer[]): rows

ALTER FUNCTION shop.fee(numeric) SUPPORT generate_series_int4_support;
-- ~ function shop.fee(numeric): support

CREATE OR REPLACE FUNCTION shop.many(VARIADIC list integer[] DEFAULT '{1}') RETURNS SETOF integer LANGUAGE sql STABLE ROWS 5 AS 'SELECT unnest(list)';
-- ~ function shop.many(integer[]): arguments

DROP FUNCTION shop.spelled(integer, integer); CREATE FUNCTION shop.spelled(a integer DEFAULT 1, b integer DEFAULT shop.fee(2)::integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT a + b; END;
-- ~ function shop.spelled(integer, integer): returns

GRANT EXECUTE ON FUNCTION shop.fee(numeric) TO PUBLIC;
-- ~ function shop.fee(numeric): privileges

ALTER FUNCTION shop.spelled_short(integer) NO DEPENDS ON EXTENSION plpgsql;
-- ~ function shop.spelled_short(integer): dependsOnExtensions

DROP PROCEDURE shop.tidy;
-- - procedure shop.tidy(integer, integer)

COMMENT ON PROCEDURE shop.tidy IS NULL;
-- ~ procedure shop.tidy(integer, integer): comment

DROP FUNCTION shop.row_numbers(); CREATE FUNCTION shop.row_numbers() RETURNS bigint LANGUAGE internal IMMUTABLE AS 'window_row_number';
-- ~ function shop.row_numbers(): window

DROP FUNCTION shop.transformed(shop.state); CREATE FUNCTION shop.transformed(shop.state) RETURNS integer LANGUAGE loud AS 'BEGIN RETURN 1; END';
-- ~ function shop.transformed(shop.state): transforms

CREATE OR REPLACE AGGREGATE shop.least_of(integer) (SFUNC = int4larger, STYPE = integer, SORTOP = >);
-- ~ aggregate shop.least_of(integer): sfunc, sortop

CREATE OR REPLACE AGGREGATE shop.count_all(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '5', SSPACE = 9, PARALLEL = restricted);
-- ~ aggregate shop.count_all(): initcond, parallel, sspace

CREATE OR REPLACE AGGREGATE shop.total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
-- ~ aggregate shop.total(numeric): combinefunc, minitcond, minvfunc, msfunc, mstype, parallel

CREATE OR REPLACE AGGREGATE shop.mean(float8) (SFUNC = float8_accum, STYPE = float8[], SSPACE = 32, FINALFUNC = float8_avg, INITCOND = '{0,0,0}');
-- ~ aggregate shop.mean(double precision): finalfuncModify

COMMENT ON AGGREGATE shop.total(numeric) IS NULL;
-- ~ aggregate shop.total(numeric): comment

REVOKE EXECUTE ON FUNCTION shop.total(numeric) FROM guarded;
-- ~ aggregate shop.total(numeric): privileges

DROP AGGREGATE shop.joined(VARIADIC "any" ORDER BY VARIADIC "any");
-- - aggregate shop.joined("any")

ALTER OPERATOR shop.=== (integer, text) SET (RESTRICT = NONE, JOIN = neqjoinsel);
-- ~ operator shop.===(integer, text): join, restrict

ALTER OPERATOR shop.=== (integer, text) OWNER TO guarded;
-- ~ operator shop.===(integer, text): owner

COMMENT ON OPERATOR shop.=== (integer, text) IS NULL;
-- ~ operator shop.===(integer, text): comment

DROP OPERATOR shop.@@@ (NONE, integer); CREATE OPERATOR shop.@@@ (RIGHTARG = integer, FUNCTION = int4um);
-- ~ operator shop.@@@(NONE, integer): function

DROP OPERATOR shop.!== (integer, text);
-- - operator shop.!==(integer, text)
-- ~ operator shop.===(integer, text): negator

ALTER OPERATOR FAMILY shop.numbers USING btree DROP OPERATOR 1 (bigint, integer);
-- ~ operator family shop.numbers using btree: items

COMMENT ON OPERATOR FAMILY shop.numbers USING btree IS NULL;
-- ~ operator family shop.numbers using btree: comment

COMMENT ON OPERATOR CLASS shop.backwards USING btree IS NULL;
-- ~ operator class shop.backwards using btree: comment

DROP OPERATOR CLASS shop.numbers_long USING btree;
-- - operator class shop.numbers_long using btree

DROP OPERATOR CLASS shop.numbers_long USING btree; CREATE OPERATOR CLASS shop.numbers_long FOR TYPE bigint USING btree FAMILY shop.numbers AS OPERATOR 1 >, OPERATOR 3 =, OPERATOR 5 <, FUNCTION 1 btint8cmp(bigint, bigint);
-- ~ operator class shop.numbers_long using btree: items

DROP INDEX shop.orders_state; DROP OPERATOR CLASS shop.states USING hash; CREATE OPERATOR CLASS shop.states FOR TYPE shop.state USING hash FAMILY shop.states AS STORAGE shop.state;
-- ~ operator class shop.states using hash: default, items
-- - index shop.orders_state

ALTER OPERATOR CLASS shop.backwards USING btree RENAME TO downwards;
-- - operator class shop.backwards using btree
-- + operator class shop.downwards using btree
-- ~ index shop.orders_number: definition

DROP CAST (integer AS shop.state); CREATE CAST (integer AS shop.state) WITH INOUT;
-- ~ cast (integer AS shop.state): comment, context, function, inout

DROP CAST (shop.tiny AS smallint);
-- - cast (shop.tiny AS smallint)

COMMENT ON CAST (integer AS shop.state) IS NULL;
-- ~ cast (integer AS shop.state): comment

DROP CONVERSION shop.latin; CREATE CONVERSION shop.latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
-- ~ conversion shop.latin: comment, from, function, to

DROP CONVERSION shop.latin_two; CREATE CONVERSION shop.latin_two FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8;
-- ~ conversion shop.latin_two: default

ALTER TEXT SEARCH CONFIGURATION shop.short ALTER MAPPING FOR word WITH simple, shop.plain;
-- ~ text search configuration shop.short: mappings

ALTER TEXT SEARCH CONFIGURATION shop.short DROP MAPPING FOR "int";
-- ~ text search configuration shop.short: mappings

COMMENT ON TEXT SEARCH CONFIGURATION shop.short IS NULL;
-- ~ text search configuration shop.short: comment

ALTER TEXT SEARCH DICTIONARY shop.plain (ACCEPT = true);
-- ~ text search dictionary shop.plain: options

DROP TEXT SEARCH CONFIGURATION shop.short; CREATE TEXT SEARCH CONFIGURATION shop.short (PARSER = "default"); COMMENT ON TEXT SEARCH CONFIGURATION shop.short IS 'finds';
-- ~ text search configuration shop.short: mappings, parser

COMMENT ON TEXT SEARCH PARSER shop.words IS NULL;
-- ~ text search parser shop.words: comment

COMMENT ON TEXT SEARCH TEMPLATE shop.lower_case IS NULL;
-- ~ text search template shop.lower_case: comment

DROP TEXT SEARCH PARSER shop.words CASCADE; CREATE TEXT SEARCH PARSER shop.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
-- ~ text search parser shop.words: comment, headline
-- - text search configuration shop.short

DROP TEXT SEARCH TEMPLATE shop.lower_case CASCADE;
-- - text search template shop.lower_case
-- - text search dictionary shop.plain
-- - text search configuration shop.short

GRANT USAGE ON LANGUAGE quiet TO PUBLIC;
-- ~ language quiet: privileges

DROP LANGUAGE quiet; CREATE LANGUAGE quiet HANDLER shop.call_handler INLINE shop.inline_handler;
-- ~ language quiet: inline, privileges, trusted

ALTER LANGUAGE loud RENAME TO shouting;
-- - language loud
-- + language shouting
-- - transform for shop.state language loud
-- + transform for shop.state language shouting
-- ~ function shop.transformed(shop.state): language

COMMENT ON LANGUAGE loud IS NULL;
-- ~ language loud: comment

CREATE OR REPLACE TRANSFORM FOR shop.state LANGUAGE loud (FROM SQL WITH FUNCTION shop.from_sql(internal)); COMMENT ON TRANSFORM FOR shop.state LANGUAGE loud IS NULL;
-- ~ transform for shop.state language loud: comment, toSql

DROP ACCESS METHOD other_tree;
-- - access method other_tree

COMMENT ON ACCESS METHOD other_heap IS NULL;
-- ~ access method other_heap: comment

COMMENT ON TABLE shop.customers IS 'x';
-- ~ table shop.customers: comment

ALTER TABLE shop.customers OWNER TO guarded;
-- ~ table shop.customers: owner, privileges
-- ~ column shop.customers.note: privileges

REVOKE INSERT ON shop.customers FROM guarded;
-- ~ table shop.customers: privileges

REVOKE GRANT OPTION FOR SELECT ON shop.customers FROM guarded;
-- ~ table shop.customers: privileges

REVOKE UPDATE (note) ON shop.customers FROM guarded;
-- ~ column shop.customers.note: privileges

ALTER TABLE shop.customers ADD COLUMN extra text;
-- + column shop.customers.extra

ALTER TABLE shop.customers DROP COLUMN tags;
-- - column shop.customers.tags
-- ! table shop.customers: its columns stand in the order id, name, mail, home, note, "Odd Name", number, kind, tags

ALTER TABLE shop.customers RENAME COLUMN tags TO labels;
-- - column shop.customers.tags
-- + column shop.customers.labels
-- ! table shop.customers: its columns stand in the order id, name, mail, home, note, "Odd Name", number, kind, tags

ALTER TABLE shop.people DROP COLUMN age CASCADE; ALTER TABLE shop.people ADD COLUMN age integer;
-- ~ column shop.staff.age: default, rank
-- ~ column shop.staff.salary: rank
-- ! table shop.staff: its columns stand in the order name, born, salary, age

ALTER TABLE shop.customers ALTER kind TYPE text;
-- ~ column shop.customers.kind: type

ALTER TABLE shop.customers ALTER note TYPE text COLLATE "C";
-- ~ column shop.customers.note: collation, storage

ALTER TABLE shop.customers ALTER note SET DEFAULT 'some';
-- ~ column shop.customers.note: default

ALTER TABLE shop.customers ALTER mail SET NOT NULL;
-- ~ column shop.customers.mail: notNull

ALTER TABLE shop.customers ALTER note SET STORAGE EXTENDED, ALTER note SET STATISTICS 9, ALTER name SET (n_distinct = 8), ALTER note SET COMPRESSION pglz;
-- ~ column shop.customers.name: options
-- ~ column shop.customers.note: compression, statistics, storage

ALTER TABLE shop.customers ALTER number SET GENERATED ALWAYS;
-- ~ column shop.customers.number: identity

ALTER TABLE shop.customers ALTER number SET INCREMENT 7 SET NO CYCLE;
-- ~ column shop.customers.number: sequence

ALTER TABLE shop.customers ALTER number DROP IDENTITY;
-- ~ column shop.customers.number: identity, sequence

ALTER TABLE shop.orders ALTER fee DROP EXPRESSION;
-- ~ column shop.orders.fee: generated
-- ! table shop.orders: its columns stand in the order id, customer, state, total, during, doc, parent, fee

COMMENT ON COLUMN shop.customers.mail IS NULL;
-- ~ column shop.customers.mail: comment

ALTER TABLE shop.customers RENAME CONSTRAINT one_name TO name_once;
-- - constraint one_name on shop.customers
-- + constraint name_once on shop.customers

ALTER TABLE shop.orders ALTER CONSTRAINT mother NOT DEFERRABLE;
-- ~ constraint mother on shop.orders: definition

ALTER TABLE shop.orders VALIDATE CONSTRAINT mother;
-- ~ constraint mother on shop.orders: definition

ALTER TABLE shop.orders VALIDATE CONSTRAINT small;
-- ~ constraint small on shop.orders: definition

ALTER TABLE shop.orders DROP CONSTRAINT orders_total_check;
-- - constraint orders_total_check on shop.orders

ALTER TABLE shop.orders DROP CONSTRAINT orders_customer_fkey; ALTER TABLE shop.orders ADD FOREIGN KEY (customer) REFERENCES shop.customers ON UPDATE CASCADE;
-- ~ constraint orders_customer_fkey on shop.orders: definition

ALTER TABLE shop.orders DROP CONSTRAINT not_at_once;
-- - constraint not_at_once on shop.orders

COMMENT ON CONSTRAINT small ON shop.orders IS NULL;
-- ~ constraint small on shop.orders: comment

COMMENT ON INDEX shop.total_once IS NULL;
-- ~ constraint total_once on shop.orders: indexComment

ALTER INDEX shop.total_once SET (fillfactor = 75);
-- ~ constraint total_once on shop.orders: indexOptions

ALTER TABLE shop.orders DISABLE TRIGGER ALL;
-- ~ constraint mother on shop.orders: triggers
-- ~ constraint orders_customer_fkey on shop.orders: triggers
-- ~ trigger checked on shop.orders: enabled
-- ~ trigger summed on shop.orders: enabled

ALTER TABLE shop.orders CLUSTER ON orders_pkey;
-- ~ constraint orders_pkey on shop.orders: clustered
-- ~ index shop.orders_customer: clustered

ALTER TABLE shop.orders SET (fillfactor = 60, autovacuum_vacuum_threshold = 9);
-- ~ table shop.orders: options

ALTER TABLE shop.orders RESET (toast.autovacuum_enabled);
-- ~ table shop.orders: toastOptions

ALTER TABLE shop.orders REPLICA IDENTITY NOTHING;
-- ~ table shop.orders: replicaIdentity

ALTER TABLE shop.orders DISABLE ROW LEVEL SECURITY;
-- ~ table shop.orders: rowSecurity

ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY;
-- ~ table shop.orders: forceRowSecurity

ALTER TABLE shop.scratch SET LOGGED;
-- ~ table shop.scratch: persistence

ALTER TABLE shop.scratch ALTER data SET COMPRESSION DEFAULT;
-- ~ column shop.scratch.data: compression

-- 15+
ALTER TABLE shop.elsewhere SET ACCESS METHOD heap;
-- ~ table shop.elsewhere: accessMethod
-- no dump tells: it sets default_table_access_method, and settings are no part of what is compared

DROP TABLE shop.no_columns;
-- - table shop.no_columns

ALTER TABLE shop.no_columns RENAME TO bare;
-- - table shop.no_columns
-- + table shop.bare

ALTER TABLE shop.places NOT OF;
-- ~ table shop.places: ofType

ALTER TABLE shop.staff NO INHERIT shop.people;
-- ~ table shop.staff: inherits
-- ~ column shop.staff.age: inherited
-- ~ column shop.staff.born: inherited
-- ~ constraint modern on shop.staff: inherited
-- ! column shop.staff.age stays its table's own, beside what it inherits
-- ! column shop.staff.born stays its table's own, beside what it inherits
-- ! constraint modern on shop.staff stays its table's own, beside what it inherits

-- 17-
ALTER TABLE shop.log_all DETACH PARTITION shop.log_old;
-- ~ table shop.log_old: bound, partitionOf
-- ~ constraint log_all_level_check on shop.log_old: inherited
-- ~ constraint log_old_pkey on shop.log_old: inherited, partitionOf
-- ~ index shop.log_old_what_idx: partitionOf

-- 18+
ALTER TABLE shop.log_all DETACH PARTITION shop.log_old;
-- ~ table shop.log_old: bound, partitionOf
-- ~ constraint log_all_level_check on shop.log_old: inherited
-- ~ constraint log_old_pkey on shop.log_old: inherited, partitionOf
-- ~ index shop.log_old_what_idx: partitionOf
-- ~ column shop.log_old.at: notNullName

CREATE TABLE shop.by_key_c PARTITION OF shop.by_key FOR VALUES IN ('c');
-- + table shop.by_key_c

ALTER TABLE shop.log_all DETACH PARTITION shop.log_2020; ALTER TABLE shop.log_all ATTACH PARTITION shop.log_2020 FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2021-02-01 00:00+00'); ALTER TABLE shop.log_2020 DISABLE TRIGGER logged;
-- ~ table shop.log_2020: bound

ALTER TABLE shop.log_old ALTER level SET DEFAULT 3;
-- ~ column shop.log_old.level: default

ALTER INDEX shop.orders_customer RENAME TO by_customer;
-- - index shop.orders_customer
-- + index shop.by_customer

DROP INDEX shop.orders_fee;
-- - index shop.orders_fee

DROP INDEX shop.orders_customer; CREATE INDEX orders_customer ON shop.orders (customer) INCLUDE (state); ALTER TABLE shop.orders CLUSTER ON orders_customer;
-- ~ index shop.orders_customer: definition

ALTER INDEX shop.orders_total SET (fillfactor = 60);
-- ~ index shop.orders_total: definition

COMMENT ON INDEX shop.orders_fee IS NULL;
-- ~ index shop.orders_fee: comment

ALTER INDEX shop.orders_fee ALTER COLUMN 1 SET STATISTICS 5;
-- ~ index shop.orders_fee: statistics

UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.orders_fee'::regclass;
-- ~ index shop.orders_fee: valid

UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.total_once'::regclass;
-- ~ constraint total_once on shop.orders: indexValid

CREATE INDEX log_rest_1_level ON shop.log_rest_1 (level); ALTER INDEX shop.log_level ATTACH PARTITION shop.log_rest_1_level;
-- + index shop.log_rest_1_level
-- ~ index shop.log_level: valid
-- ! index shop.log_rest_1_level: it is part of index shop.log_level, which would have to go, too
-- ! index shop.log_level: no index is made invalid

ALTER POLICY own ON shop.orders TO PUBLIC USING (true) WITH CHECK (false);
-- ~ policy own on shop.orders: check, roles, using

DROP POLICY everybody ON shop.orders; CREATE POLICY everybody ON shop.orders AS RESTRICTIVE FOR DELETE USING (true);
-- ~ policy everybody on shop.orders: command, restrictive

COMMENT ON POLICY own ON shop.orders IS NULL;
-- ~ policy own on shop.orders: comment

ALTER TABLE shop.orders ENABLE TRIGGER stamp;
-- ~ trigger stamp on shop.orders: enabled

DROP TRIGGER summed ON shop.orders;
-- - trigger summed on shop.orders

CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.noop();
-- ~ trigger stamp on shop.orders: definition, enabled

COMMENT ON TRIGGER stamp ON shop.orders IS NULL;
-- ~ trigger stamp on shop.orders: comment

ALTER TABLE shop.log_2020 ENABLE TRIGGER logged;
-- - trigger logged on shop.log_2020

ALTER TABLE shop.customers ENABLE RULE silent;
-- ~ rule silent on shop.customers: enabled

CREATE OR REPLACE RULE loud AS ON UPDATE TO shop.customers DO ALSO NOTIFY altered;
-- ~ rule loud on shop.customers: definition

COMMENT ON RULE loud ON shop.customers IS NULL;
-- ~ rule loud on shop.customers: comment

DROP RULE into_named ON shop.named;
-- - rule into_named on shop.named

ALTER STATISTICS shop.related SET STATISTICS 60;
-- ~ statistics shop.related: target

DROP STATISTICS shop.computed; CREATE STATISTICS shop.computed ON (total * 3), customer FROM shop.orders;
-- ~ statistics shop.computed: definition

ALTER STATISTICS shop.related OWNER TO guarded;
-- ~ statistics shop.related: owner

COMMENT ON STATISTICS shop.related IS NULL;
-- ~ statistics shop.related: comment

CREATE OR REPLACE VIEW shop.named AS SELECT o.id, c.name, c.home FROM shop.open_orders o JOIN shop.customers c ON c.id = o.customer WHERE c.id > 5;
-- ~ view shop.named: definition

ALTER VIEW shop.open_orders RESET (check_option);
-- ~ view shop.open_orders: options

ALTER VIEW shop.open_orders ALTER total DROP DEFAULT;
-- ~ view shop.open_orders: columnDefaults

REVOKE SELECT (id) ON shop.open_orders FROM guarded;
-- ~ view shop.open_orders: columnPrivileges

COMMENT ON COLUMN shop.open_orders.total IS NULL;
-- ~ view shop.open_orders: columnComments

DROP VIEW shop.named;
-- - view shop.named

ALTER MATERIALIZED VIEW shop.daily ALTER doc SET STORAGE MAIN, ALTER doc SET STATISTICS 7, ALTER n SET (n_distinct = 6);
-- ~ materialized view shop.daily: columnOptions, columnStatistics, columnStorage

ALTER MATERIALIZED VIEW shop.daily ALTER doc SET COMPRESSION pglz;
-- ~ materialized view shop.daily: columnCompression

ALTER MATERIALIZED VIEW shop.daily SET (fillfactor = 80, toast.autovacuum_enabled = off);
-- ~ materialized view shop.daily: options, toastOptions

ALTER MATERIALIZED VIEW shop.daily SET WITHOUT CLUSTER;
-- ~ index shop.daily_state: clustered

DROP MATERIALIZED VIEW shop.daily;
-- - materialized view shop.daily

ALTER SEQUENCE shop.numbers AS integer START 5 INCREMENT 1 MINVALUE 1 MAXVALUE 99 RESTART 5 CACHE 2 NO CYCLE;
-- ~ sequence shop.numbers: cache, cycle, increment, max, min, start, type

ALTER SEQUENCE shop.owned OWNED BY NONE;
-- ~ sequence shop.owned: ownedBy

REVOKE USAGE ON SEQUENCE shop.numbers FROM guarded;
-- ~ sequence shop.numbers: privileges

-- 15+
ALTER SEQUENCE shop.numbers SET UNLOGGED;
-- ~ sequence shop.numbers: persistence

ALTER EVENT TRIGGER watch ENABLE REPLICA;
-- ~ event trigger watch: enabled

DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_start WHEN tag IN ('CREATE LANGUAGE') EXECUTE FUNCTION shop.on_ddl(); ALTER EVENT TRIGGER watch DISABLE;
-- ~ event trigger watch: comment, event, tags

ALTER FOREIGN DATA WRAPPER dummy OPTIONS (SET debug 'false');
-- ~ foreign data wrapper dummy: options

ALTER FOREIGN DATA WRAPPER checked NO VALIDATOR;
-- ~ foreign data wrapper checked: validator

REVOKE USAGE ON FOREIGN DATA WRAPPER dummy FROM guarded;
-- ~ foreign data wrapper dummy: privileges

ALTER SERVER far VERSION '2.0' OPTIONS (SET host 'near.example');
-- ~ server far: options, version

ALTER SERVER far OPTIONS (ADD password 'hunter2');
-- ~ server far: secretOptions

REVOKE USAGE ON FOREIGN SERVER far FROM guarded;
-- ~ server far: privileges

ALTER SERVER far RENAME TO distant;
-- - server far
-- + server distant
-- ~ foreign table shop.distant: server
-- ~ foreign table shop.by_key_far: server
-- - user mapping PUBLIC on far
-- + user mapping PUBLIC on distant
-- - user mapping guarded on far
-- + user mapping guarded on distant

ALTER USER MAPPING FOR guarded SERVER far OPTIONS (SET "user" 'alice');
-- ~ user mapping guarded on far: options

ALTER USER MAPPING FOR guarded SERVER far OPTIONS (ADD password 'hunter2');
-- ~ user mapping guarded on far: secretOptions

DROP USER MAPPING FOR PUBLIC SERVER far;
-- - user mapping PUBLIC on far

ALTER FOREIGN TABLE shop.distant OPTIONS (SET note 'z', DROP table_name);
-- ~ foreign table shop.distant: options

ALTER FOREIGN TABLE shop.distant ALTER id OPTIONS (SET column_name 'x');
-- ~ column shop.distant.id: foreignOptions

ALTER FOREIGN TABLE shop.distant ALTER name DROP DEFAULT;
-- ~ column shop.distant.name: default

ALTER FOREIGN TABLE shop.distant DROP CONSTRAINT sane;
-- - constraint sane on shop.distant

COMMENT ON FOREIGN TABLE shop.distant IS NULL;
-- ~ foreign table shop.distant: comment

DROP FOREIGN TABLE shop.distant;
-- - foreign table shop.distant

ALTER PUBLICATION news SET (publish = 'insert', publish_via_partition_root = false);
-- ~ publication news: publish, viaRoot

ALTER PUBLICATION news DROP TABLE shop.orders;
-- ~ publication news: tables

ALTER PUBLICATION news OWNER TO postgres; COMMENT ON PUBLICATION news IS NULL;
-- ~ publication news: comment

DROP PUBLICATION everything; CREATE PUBLICATION everything;
-- ~ publication everything: allTables

-- 15+
ALTER PUBLICATION parts SET TABLE shop.customers (id) WHERE (id > 6);
-- ~ publication parts: tables

-- 15+
ALTER PUBLICATION places ADD TABLES IN SCHEMA shop;
-- ~ publication places: schemas

-- 18+
ALTER PUBLICATION generated SET (publish_generated_columns = none);
-- ~ publication generated: generatedColumns

ALTER SUBSCRIPTION listens CONNECTION 'host=elsewhere.example dbname=x user=y password=hunter2';
-- ~ subscription listens: connection, secretConnection

ALTER SUBSCRIPTION listens SET (synchronous_commit = 'off', binary = false);
-- ~ subscription listens: binary, synchronousCommit

ALTER SUBSCRIPTION listens SET PUBLICATION a WITH (refresh = false);
-- ~ subscription listens: publications

COMMENT ON SUBSCRIPTION listens IS NULL;
-- ~ subscription listens: comment

-- 15+
ALTER SUBSCRIPTION strict SET (slot_name = 'other', disable_on_error = false, streaming = off);
-- ~ subscription strict: disableOnError, slot, streaming

-- 16+
ALTER SUBSCRIPTION modern SET (origin = any, password_required = true, run_as_owner = false, streaming = on);
-- ~ subscription modern: origin, passwordRequired, runAsOwner, streaming

ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT INSERT ON TABLES TO guarded;
-- ~ default privileges of postgres in shop on tables: privileges

ALTER DEFAULT PRIVILEGES FOR ROLE guarded GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
-- - default privileges of guarded on functions

ALTER DEFAULT PRIVILEGES FOR ROLE guarded IN SCHEMA shop GRANT USAGE ON TYPES TO PUBLIC;
-- + default privileges of guarded in shop on types

-- 15+
DROP INDEX shop.one_null; CREATE UNIQUE INDEX one_null ON shop.orders (parent);
-- ~ index shop.one_null: definition

-- 18+
ALTER TABLE shop.latest RENAME CONSTRAINT a_is_there TO a_must_be;
-- ~ column shop.latest.a: notNullName

-- 18+
ALTER TABLE shop.orders VALIDATE CONSTRAINT customer_there;
-- ~ column shop.orders.customer: notNullValid

-- 18+
ALTER TABLE shop.latest ALTER COLUMN b SET EXPRESSION AS (a * 3);
-- ~ column shop.latest.b: generated

-- 18+
COMMENT ON CONSTRAINT a_is_there ON shop.latest IS NULL;
-- ~ column shop.latest.a: notNullComment

-- 18+
ALTER TABLE shop.latest ALTER CONSTRAINT a_is_there INHERIT;
-- ~ column shop.latest.a: notNullInherit

-- 18+
ALTER TABLE shop.latest_of ALTER CONSTRAINT latest_of_other_fkey ENFORCED;
-- ~ constraint latest_of_other_fkey on shop.latest_of: definition

ALTER EXTENSION hstore UPDATE TO '1.8';
-- ~ extension hstore: version
-- ! extension hstore stays at version 1.8: extensions have no way back
-- no dump tells: it leaves versions of extensions to the server

ALTER EXTENSION postgres_fdw SET SCHEMA shop;
-- ~ extension postgres_fdw: schema

COMMENT ON EXTENSION hstore IS NULL;
-- ~ extension hstore: comment

DROP FUNCTION shop.uses_extension; DROP VIEW shop.extensions_used; DROP INDEX shop.extended_more; ALTER TABLE shop.extended DROP COLUMN more; DROP EXTENSION hstore;
-- - function shop.uses_extension(public.hstore)
-- - view shop.extensions_used
-- - index shop.extended_more
-- - column shop.extended.more
-- - constraint extended_more_check on shop.extended
-- - extension hstore

ALTER SERVER actual OPTIONS (ADD port '5433', DROP dbname);
-- ~ server actual: options

CREATE EXTENSION fuzzystrmatch;
-- + extension fuzzystrmatch

CREATE TABLE shop.with_extension (id serial PRIMARY KEY, name "Other One".citext);
-- + table shop.with_extension
-- + sequence shop.with_extension_id_seq

ALTER SERVER far OPTIONS (SET note 'host=x password=hunter2', ADD uri 'https://bob:hunter2@far.example/x', ADD api_key 'hunter2');
-- ~ server far: options, secretOptions

ALTER FOREIGN DATA WRAPPER dummy OPTIONS (ADD secret_access 'hunter2');
-- ~ foreign data wrapper dummy: secretOptions

ALTER USER MAPPING FOR guarded SERVER far OPTIONS (ADD whatever 'hunter2');
-- ~ user mapping guarded on far: secretOptions

ALTER FOREIGN TABLE shop.distant OPTIONS (ADD token 'hunter2'); ALTER FOREIGN TABLE shop.distant ALTER id OPTIONS (ADD password 'hunter2');
-- ~ foreign table shop.distant: secretOptions
-- ~ column shop.distant.id: secretOptions

ALTER SUBSCRIPTION listens CONNECTION 'postgres://y:hunter2@nowhere.example/x';
-- ~ subscription listens: connection, secretConnection

ALTER SUBSCRIPTION listens CONNECTION 'host=nowhere.example password = ''hunter2 and more'' dbname=x user=y sslpassword=hunter2';
-- ~ subscription listens: secretConnection

ALTER TABLE shop.customers ALTER note TYPE varchar(50) COLLATE shop.plain; ALTER TABLE shop.customers ALTER note SET STORAGE EXTERNAL;
-- ~ column shop.customers.note: type

ALTER TABLE shop.scratch ALTER data TYPE text USING ''; ALTER TABLE shop.scratch ALTER data SET COMPRESSION pglz;
-- ~ column shop.scratch.data: type

ALTER TABLE shop.customers ALTER tags SET STORAGE MAIN, ALTER home SET STORAGE MAIN; ALTER TABLE shop.orders ALTER total SET STORAGE EXTENDED;
-- ~ column shop.customers.home: storage
-- ~ column shop.customers.tags: storage
-- ~ column shop.orders.total: storage

ALTER MATERIALIZED VIEW shop.daily ALTER state SET STATISTICS 5, ALTER doc SET STORAGE EXTENDED;
-- ~ materialized view shop.daily: columnStatistics, columnStorage
