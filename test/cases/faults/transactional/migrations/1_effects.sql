CREATE TABLE effect (what text NOT NULL);
INSERT INTO effect VALUES ('one');
