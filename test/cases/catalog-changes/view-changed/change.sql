CREATE OR REPLACE VIEW v WITH (security_barrier) AS SELECT id FROM t WHERE code > 1; COMMENT ON COLUMN v.id IS 'number';
