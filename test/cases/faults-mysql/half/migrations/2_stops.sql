CREATE TABLE shelf (id bigint PRIMARY KEY, room int);
CREATE VIEW seen AS SELECT id FROM shelf;
ALTER TABLE room ADD extra int, ADD KEY room_label (label);
ALTER TABLE shelf ADD CONSTRAINT shelf_room FOREIGN KEY (room) REFERENCES room (id);
ALTER TABLE room ADD extra int;
DROP TABLE kept;
CREATE PROCEDURE told() SELECT 1;
