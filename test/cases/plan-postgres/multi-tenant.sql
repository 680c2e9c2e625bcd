-- before
CREATE SCHEMA app;
CREATE TABLE app.a (id int PRIMARY KEY); CREATE TABLE app.b (id int PRIMARY KEY, a int REFERENCES app.a);
CREATE VIEW app.v AS SELECT a.id, b.id AS bid FROM app.a JOIN app.b ON b.a = a.id;
CREATE FUNCTION app.f() RETURNS SETOF app.a LANGUAGE sql AS 'SELECT * FROM app.a';
GRANT USAGE ON SCHEMA app TO pg_monitor; GRANT SELECT ON ALL TABLES IN SCHEMA app TO pg_monitor;
-- after
CREATE SCHEMA app;
CREATE TABLE app.a (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), t int NOT NULL);
CREATE TABLE app.b (id int PRIMARY KEY, a uuid REFERENCES app.a ON DELETE RESTRICT, t int);
ALTER TABLE app.a ENABLE ROW LEVEL SECURITY;
CREATE POLICY tp ON app.a USING (t = current_setting('app.t')::int);
CREATE VIEW app.v WITH (security_barrier = true) AS SELECT a.id, b.id AS bid, a.t FROM app.a JOIN app.b ON b.a = a.id;
CREATE FUNCTION app.f() RETURNS SETOF app.a LANGUAGE sql AS 'SELECT * FROM app.a';
GRANT USAGE ON SCHEMA app TO pg_monitor; GRANT SELECT ON app.a, app.v TO pg_monitor;
