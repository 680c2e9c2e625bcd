-- before
CREATE TYPE status AS ENUM ('open', 'done');
CREATE TABLE todo (id int PRIMARY KEY, s status NOT NULL DEFAULT 'open');
CREATE INDEX todo_open ON todo (id) WHERE s = 'open';
-- after
CREATE TABLE status (name text PRIMARY KEY);
CREATE TABLE todo (id int PRIMARY KEY, s text NOT NULL DEFAULT 'open' REFERENCES status (name));
CREATE INDEX todo_open ON todo (id) WHERE s = 'open';
