-- before
CREATE TABLE cat (id int PRIMARY KEY, parent int REFERENCES cat, name text);
CREATE MATERIALIZED VIEW roots AS SELECT id, name FROM cat WHERE parent IS NULL;
CREATE UNIQUE INDEX roots_id ON roots (id);
-- after
CREATE TABLE cat (id bigint PRIMARY KEY, parent bigint REFERENCES cat ON DELETE CASCADE, name text COLLATE "C", depth int GENERATED ALWAYS AS (length(name)) STORED);
CREATE MATERIALIZED VIEW roots AS SELECT id, name, depth FROM cat WHERE parent IS NULL;
CREATE UNIQUE INDEX roots_id ON roots (id);
