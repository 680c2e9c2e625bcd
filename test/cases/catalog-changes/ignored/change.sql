CREATE TABLE tmp_1 (id integer PRIMARY KEY); CREATE INDEX ON t (code); ALTER TABLE t ADD COLUMN legacy_a text, ADD COLUMN kept text;
