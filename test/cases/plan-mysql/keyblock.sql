-- before
CREATE TABLE t (id int PRIMARY KEY, a int, KEY ka (a)) ROW_FORMAT=DYNAMIC;
-- after
CREATE TABLE t (id int PRIMARY KEY, a int, KEY ka (a) COMMENT 'it''s "told" \\ so') ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 COMMENT='x''y';
