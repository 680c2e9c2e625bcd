INSERT INTO effect VALUES ('undo 4, first');
DROP INDEX CONCURRENTLY base_id_note;
INSERT INTO effect VALUES ('undo 4, last');
