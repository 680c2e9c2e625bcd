-- before
CREATE TABLE person (id int PRIMARY KEY, first text, last text, street text, city text);
CREATE FUNCTION full_name(p person) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT p.first || ' ' || p.last $$;
CREATE INDEX person_name ON person (last, first);
CREATE TRIGGER tg BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
-- after
CREATE TABLE address (id int PRIMARY KEY, street text, city text);
CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL DEFAULT '', address int REFERENCES address);
CREATE FUNCTION full_name(p person) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT p.name $$;
CREATE INDEX person_name ON person (name);
CREATE TRIGGER tg BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
