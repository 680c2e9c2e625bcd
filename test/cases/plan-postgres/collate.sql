-- before
CREATE COLLATION nd (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE t (a text COLLATE nd, b text COLLATE "C");
CREATE INDEX ti ON t (a, b COLLATE "POSIX" text_pattern_ops);
-- after
CREATE COLLATION nd (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
CREATE TABLE t (a text COLLATE nd, b text COLLATE nd);
CREATE INDEX ti ON t (a, b COLLATE "C");
