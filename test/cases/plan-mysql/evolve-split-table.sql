-- before
CREATE TABLE person (id int PRIMARY KEY, first varchar(20), last varchar(20), street text, city text, KEY pn (last, first));
CREATE TRIGGER tg BEFORE UPDATE ON person FOR EACH ROW SET NEW.city = upper(NEW.city);
-- after
CREATE TABLE address (id int PRIMARY KEY, street text, city text);
CREATE TABLE person (id int PRIMARY KEY, name varchar(50) NOT NULL DEFAULT '', address int, KEY pn (name), CONSTRAINT pa FOREIGN KEY (address) REFERENCES address (id));
CREATE TRIGGER tg BEFORE UPDATE ON address FOR EACH ROW SET NEW.city = upper(NEW.city);
