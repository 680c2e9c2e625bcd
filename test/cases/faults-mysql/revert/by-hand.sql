DROP VIEW seen; CREATE TABLE extra (a int); DROP TRIGGER shelf_in;
ALTER TABLE shelf DROP FOREIGN KEY shelf_room, DROP KEY shelf_label, ADD COLUMN extra int;
ALTER TABLE room MODIFY label varchar(20) NOT NULL; DROP PROCEDURE told; CREATE PROCEDURE told() SELECT 1
