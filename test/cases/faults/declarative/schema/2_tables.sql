CREATE TABLE a (
  id integer PRIMARY KEY,
  b text DEFAULT 'none',
  m mood DEFAULT 'glad',
  CONSTRAINT told CHECK (b <> '')
);
CREATE INDEX a_b ON a (b);
CREATE TABLE c (id integer PRIMARY KEY, a integer REFERENCES a);
CREATE VIEW v AS SELECT id, m FROM a;
COMMENT ON VIEW v IS 'told';
