-- before
CREATE TABLE doc (id int PRIMARY KEY, title text, body text);
CREATE INDEX doc_b ON doc USING gin (to_tsvector('english', body));
-- after
CREATE FUNCTION doc_vec(t text, b text) RETURNS tsvector IMMUTABLE LANGUAGE sql AS $$ SELECT setweight(to_tsvector('english', coalesce(t, '')), 'A') || to_tsvector('english', coalesce(b, '')) $$;
CREATE TABLE doc (id int PRIMARY KEY, title varchar(200) NOT NULL, body text, vec tsvector GENERATED ALWAYS AS (doc_vec(title::text, body)) STORED);
CREATE INDEX doc_v ON doc USING gin (vec);
