-- before
CREATE TABLE cat (id int PRIMARY KEY, parent int, CONSTRAINT cp FOREIGN KEY (parent) REFERENCES cat (id));
-- after
CREATE TABLE cat (id bigint PRIMARY KEY, parent bigint, depth int DEFAULT 0, CONSTRAINT cp FOREIGN KEY (parent) REFERENCES cat (id) ON DELETE CASCADE, CONSTRAINT cd CHECK (depth < 10));
