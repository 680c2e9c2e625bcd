CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE orders (id bigint PRIMARY KEY, state state NOT NULL DEFAULT 'open');
INSERT INTO orders SELECT g FROM generate_series(1, 20) g;
INSERT INTO effect VALUES ('two');
CREATE INDEX ON orders (state);
