CREATE TABLE searches (words varchar(100) PRIMARY KEY);
CREATE INDEX orders_by_state ON orders (state, placed_at);
ALTER TABLE searches ADD COLUMN times int NOT NULL DEFAULT 1;
