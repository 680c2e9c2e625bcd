CREATE TABLE effect (id int AUTO_INCREMENT PRIMARY KEY, what varchar(200) NOT NULL);
CREATE TABLE room (id int PRIMARY KEY, label varchar(40));
CREATE TABLE shelf (id bigint PRIMARY KEY, label varchar(40) NOT NULL, room int, KEY shelf_label (label), CONSTRAINT shelf_room FOREIGN KEY (room) REFERENCES room (id));
INSERT INTO room VALUES (1, 'one'); INSERT INTO shelf VALUES (1, 'one', 1), (2, 'two', NULL);
CREATE VIEW seen AS SELECT id, label FROM shelf;
CREATE TRIGGER shelf_in BEFORE INSERT ON shelf FOR EACH ROW SET NEW.label = CONCAT(NEW.label, '+');
CREATE PROCEDURE told() INSERT INTO effect (what) VALUES ('told');
