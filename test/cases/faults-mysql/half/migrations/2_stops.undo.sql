DROP PROCEDURE told;
CREATE TABLE kept (id int PRIMARY KEY);
ALTER TABLE shelf DROP FOREIGN KEY shelf_room;
ALTER TABLE room DROP KEY room_label, DROP extra;
DROP VIEW seen;
DROP TABLE shelf;
