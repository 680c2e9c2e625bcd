CREATE TABLE effect (id int AUTO_INCREMENT PRIMARY KEY, what varchar(200) NOT NULL);
CREATE TABLE room (id int PRIMARY KEY, label varchar(40));
CREATE TABLE kept (id int PRIMARY KEY);
INSERT INTO room VALUES (1, 'one');
