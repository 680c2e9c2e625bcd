-- before
CREATE TABLE t (a int COMMENT 'x', b int, KEY k (b)) COMMENT 'y';
-- after
CREATE TABLE t (a int COMMENT 'it''s; \\ \n', b int COMMENT 'n(e,w)', KEY k (b) COMMENT 'ix'':') COMMENT 'AUTO_INCREMENT=5 ''q'' PARTITION BY';
