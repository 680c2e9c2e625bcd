-- before
CREATE TABLE n (id int PRIMARY KEY, p int REFERENCES n);
CREATE RECURSIVE VIEW r (id, d) AS SELECT id, 0 FROM n WHERE p IS NULL UNION ALL SELECT n.id, d + 1 FROM n JOIN r ON n.p = r.id;
-- after
CREATE TABLE n (id bigint PRIMARY KEY, p bigint REFERENCES n ON DELETE CASCADE);
CREATE RECURSIVE VIEW r (id, d, path) AS SELECT id, 0, ARRAY[id] FROM n WHERE p IS NULL UNION ALL SELECT n.id, d + 1, path || n.id FROM n JOIN r ON n.p = r.id;
