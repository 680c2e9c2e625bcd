-- before
CREATE SCHEMA aud;
CREATE TABLE aud.log (id bigserial PRIMARY KEY, t text, j jsonb);
CREATE FUNCTION aud.w() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = aud, pg_temp AS $$ BEGIN INSERT INTO log (t, j) VALUES (TG_TABLE_NAME, to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TABLE a (id int); CREATE TABLE b (id int);
CREATE TRIGGER aa AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION aud.w();
-- after
CREATE SCHEMA audit;
CREATE TABLE audit.log (id bigserial PRIMARY KEY, t text, j jsonb, at timestamptz DEFAULT now());
CREATE FUNCTION audit.w() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = audit, pg_temp AS $$ BEGIN INSERT INTO log (t, j) VALUES (TG_TABLE_NAME, to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TABLE a (id int); CREATE TABLE b (id int);
CREATE TRIGGER aa AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION audit.w();
CREATE TRIGGER ba AFTER INSERT OR DELETE ON b FOR EACH ROW EXECUTE FUNCTION audit.w();
