DROP TABLE a;
INSERT INTO effect VALUES ('undo 2');
