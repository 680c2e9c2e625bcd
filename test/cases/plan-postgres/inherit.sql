-- left: beside what it inherits
-- before
CREATE TABLE a (id int NOT NULL, x text DEFAULT 'q', CHECK (id > 0));
CREATE TABLE b (y int) INHERITS (a);
CREATE TABLE c (z int) INHERITS (b);
-- after
CREATE TABLE a (id bigint NOT NULL, x text DEFAULT 'r', w int, CHECK (id > 1));
CREATE TABLE b (y int, x text DEFAULT 's') INHERITS (a);
CREATE TABLE c (id bigint, z int, x text);
