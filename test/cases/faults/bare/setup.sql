CREATE TABLE effect (what text NOT NULL);
CREATE TABLE big (id bigint PRIMARY KEY, v integer NOT NULL);
INSERT INTO big SELECT g, g % 7 FROM generate_series(1, 200) g;
CREATE INDEX big_old ON big (id, v);
CREATE TABLE part (d integer NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (10) TO (20);
INSERT INTO part VALUES (1), (11);
CREATE PROCEDURE in_two() LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO effect VALUES ('call, first half');
  COMMIT;
  INSERT INTO effect VALUES ('call, second half');
END $$;
