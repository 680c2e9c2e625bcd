-- mooring: transaction=off
ALTER TABLE customers ADD COLUMN nickname text;
CREATE INDEX CONCURRENTLY orders_by_customer ON orders (customer_id, placed_at);
ALTER TABLE products ADD COLUMN keywords text;
