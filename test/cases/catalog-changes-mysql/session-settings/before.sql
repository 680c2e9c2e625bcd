CREATE TABLE t (id int PRIMARY KEY, a varchar(10) DEFAULT 'it''s', d timestamp NOT NULL DEFAULT '2020-01-01 00:00:00', `x y` int AS (id + 1)); CREATE VIEW v AS SELECT a, d FROM t;
