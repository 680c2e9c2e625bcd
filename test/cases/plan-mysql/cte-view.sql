-- before
CREATE TABLE t (id int PRIMARY KEY, parent int);
-- after
CREATE TABLE t (id int PRIMARY KEY, parent int);
CREATE VIEW tree AS WITH RECURSIVE r AS (SELECT id, parent, 0 AS depth FROM t WHERE parent IS NULL UNION ALL SELECT t.id, t.parent, r.depth + 1 FROM t JOIN r ON t.parent = r.id) SELECT * FROM r;
CREATE VIEW w AS SELECT id, row_number() OVER (PARTITION BY parent ORDER BY id) AS rn FROM t;
