SET SESSION sql_mode = '';
ALTER TABLE posts ADD COLUMN extra text, ADD KEY e (e);
ALTER TABLE meta ENGINE = InnoDB, MODIFY k varchar(100) CHARACTER SET latin1 NOT NULL DEFAULT '';
ALTER TABLE cmt ADD COLUMN b varchar(9) COMMENT 'tab\t nl\n q'' bs\\ pct%';
