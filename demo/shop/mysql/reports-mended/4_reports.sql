ALTER TABLE orders ADD COLUMN shipped_at datetime;

CREATE VIEW open_orders AS
  SELECT o.id, p.name, o.quantity
  FROM orders o JOIN products p ON p.id = o.product_id
  WHERE o.shipped_at IS NULL;
