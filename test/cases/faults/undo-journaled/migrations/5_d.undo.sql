-- mooring: transaction=off
DROP TABLE d;
INSERT INTO effect VALUES ('undo 5');
