INSERT INTO effect (what) VALUES ('after');
ALTER TABLE effect ADD COLUMN at int NOT NULL DEFAULT 7;
