-- What happens to database.sql outside of a scope of the schemas `shop` and `public` that ignores `table shop.log_*`,
-- `table shop.tmp_*` and `view shop.tmp_*`, one a paragraph, committed one after another: nothing of it may be seen.

SELECT 1;

CREATE TABLE shop.log_2021 PARTITION OF shop.log_all FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') WITH (fillfactor = 40);

ALTER TABLE shop.log_2021 ADD CHECK (what <> 'x'), ALTER level SET DEFAULT 9; CREATE INDEX ON shop.log_2021 (level, what);

CREATE TRIGGER own AFTER INSERT ON shop.log_2021 FOR EACH ROW EXECUTE FUNCTION shop.noop(); COMMENT ON TABLE shop.log_2021 IS 'x';

ALTER TABLE shop.log_all DETACH PARTITION shop.log_2021;

ALTER TABLE shop.log_2021 ALTER level TYPE bigint; DROP TABLE shop.log_2021;

ALTER TABLE shop.log_all DETACH PARTITION shop.log_2020;

ALTER TABLE shop.log_all ATTACH PARTITION shop.log_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-06-01');

ALTER PUBLICATION news ADD TABLE shop.log_2020;

CREATE TABLE shop.tmp_1 (id serial PRIMARY KEY, s shop.state); CREATE VIEW shop.tmp_2 AS SELECT * FROM shop.tmp_1; CREATE STATISTICS shop.tmp_s ON id, s FROM shop.tmp_1;
-- Its sequence goes by a name of its own.
ALTER TABLE shop.tmp_1 ALTER id DROP DEFAULT; DROP SEQUENCE shop.tmp_1_id_seq;

CREATE RULE r AS ON DELETE TO shop.tmp_1 DO INSTEAD NOTHING; ALTER TABLE shop.tmp_1 ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON shop.tmp_1;

CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.t (id integer PRIMARY KEY, s shop.state); CREATE INDEX ON elsewhere.t (s);

CREATE FUNCTION elsewhere.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TYPE elsewhere.e AS ENUM ('a'); CREATE DOMAIN elsewhere.d AS shop.email;

CREATE VIEW elsewhere.v AS SELECT * FROM shop.orders; CREATE AGGREGATE elsewhere.a(integer) (SFUNC = int4pl, STYPE = integer);

CREATE COLLATION elsewhere.c FROM "C"; CREATE OPERATOR elsewhere.@@@ (RIGHTARG = integer, FUNCTION = int4abs); CREATE TEXT SEARCH DICTIONARY elsewhere.d (TEMPLATE = simple);

CREATE STATISTICS elsewhere.s ON id, s FROM elsewhere.t; CREATE TYPE elsewhere.r AS RANGE (SUBTYPE = integer);

ALTER TABLE "Other One"."Odd ""Table""" ADD COLUMN more text; COMMENT ON SCHEMA "Other One" IS 'x'; GRANT USAGE ON SCHEMA "Other One" TO guarded;

CREATE CAST (elsewhere.e AS integer) WITH INOUT; CREATE LANGUAGE another HANDLER shop.call_handler; CREATE ACCESS METHOD another TYPE TABLE HANDLER heap_tableam_handler;

CREATE FOREIGN DATA WRAPPER another; CREATE SERVER another FOREIGN DATA WRAPPER another; CREATE USER MAPPING FOR PUBLIC SERVER another;

CREATE PUBLICATION another FOR TABLE shop.people; ALTER PUBLICATION news SET (publish = 'delete'); DROP EVENT TRIGGER dropped;

CREATE EXTENSION pgcrypto SCHEMA elsewhere;

ALTER DEFAULT PRIVILEGES IN SCHEMA elsewhere GRANT SELECT ON TABLES TO guarded; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO guarded;

DROP SCHEMA elsewhere CASCADE;
