-- before
CREATE TABLE u (id serial PRIMARY KEY, email text UNIQUE, deleted boolean DEFAULT false);
CREATE VIEW active AS SELECT * FROM u WHERE NOT deleted;
CREATE FUNCTION n() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM active';
-- after
CREATE DOMAIN citextish AS text CHECK (VALUE ~ $$@$$);
CREATE TABLE u (id bigserial PRIMARY KEY, email citextish, deleted_at timestamptz);
CREATE VIEW active AS SELECT * FROM u WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX u_email ON u (lower(email)) WHERE deleted_at IS NULL;
CREATE FUNCTION n() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM active';
