-- mooring: transaction=off
CREATE TABLE shelf (id bigint PRIMARY KEY, label text NOT NULL);
INSERT INTO shelf SELECT g, 'shelf ' || g FROM generate_series(1, 50) g;
INSERT INTO effect VALUES ('three');
CREATE INDEX CONCURRENTLY shelf_label ON shelf (label);
ALTER TABLE shelf ADD COLUMN note text NOT NULL DEFAULT 'empty';
UPDATE shelf SET note = note || '+';
SET search_path = public, pg_catalog;
CREATE FUNCTION noted(shelf) RETURNS text LANGUAGE sql AS 'SELECT $1.note';
DROP INDEX CONCURRENTLY shelf_label;
INSERT INTO effect SELECT 'ten ' || count(*) FROM shelf;
