-- before
CREATE TABLE todo (id int PRIMARY KEY, s enum('open','done') NOT NULL DEFAULT 'open', KEY ks (s));
-- after
CREATE TABLE status (name varchar(20) PRIMARY KEY);
CREATE TABLE todo (id int PRIMARY KEY, s varchar(20) NOT NULL DEFAULT 'open', KEY ks (s), CONSTRAINT fs FOREIGN KEY (s) REFERENCES status (name));
