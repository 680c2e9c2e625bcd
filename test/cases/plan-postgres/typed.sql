-- before
CREATE TYPE ty AS (a int, b text);
CREATE TABLE t OF ty (PRIMARY KEY (a));
-- after
CREATE TYPE ty AS (a int, b text, c date);
CREATE TABLE t OF ty (PRIMARY KEY (a), b WITH OPTIONS DEFAULT 'x', CHECK (c > '2000-01-01'));
