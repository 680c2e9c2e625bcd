-- before
SET SESSION sql_mode = '';
CREATE TABLE posts (id bigint NOT NULL AUTO_INCREMENT, d datetime NOT NULL DEFAULT '0000-00-00 00:00:00', m date DEFAULT '2020-00-10', PRIMARY KEY (id));
CREATE TABLE gone (id int PRIMARY KEY, d timestamp NOT NULL DEFAULT '0000-00-00 00:00:00');
-- after
SET SESSION sql_mode = '';
CREATE TABLE authors (id bigint PRIMARY KEY);
CREATE TABLE posts (id bigint NOT NULL AUTO_INCREMENT, d datetime NOT NULL DEFAULT '0000-00-00 00:00:00', m date DEFAULT '2020-00-10', t text, author bigint, PRIMARY KEY (id), KEY d (d), CONSTRAINT a FOREIGN KEY (author) REFERENCES authors (id));
SET foreign_key_checks = 0;
CREATE TABLE come (id int PRIMARY KEY, d timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', CONSTRAINT p FOREIGN KEY (id) REFERENCES authorless (id));
CREATE TABLE authorless (id int PRIMARY KEY, c int, d date DEFAULT '0000-00-00', KEY (c), CONSTRAINT q FOREIGN KEY (c) REFERENCES come (id));
