COMMENT ON TABLE t IS 'things'; COMMENT ON COLUMN t.id IS 'number';
