-- before
CREATE TABLE ev (id bigint PRIMARY KEY, at datetime NOT NULL, b text);
CREATE VIEW evv AS SELECT id, b FROM ev;
-- after
CREATE TABLE ev (id bigint, at datetime NOT NULL, b text, PRIMARY KEY (id, at)) PARTITION BY RANGE COLUMNS (at) (PARTITION p0 VALUES LESS THAN ('2020-01-01'), PARTITION pm VALUES LESS THAN (MAXVALUE));
CREATE VIEW evv AS SELECT id, b, at FROM ev;
