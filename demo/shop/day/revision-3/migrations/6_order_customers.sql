CREATE TABLE order_customers (
  order_id    int REFERENCES orders,
  customer_id int REFERENCES customers,
  PRIMARY KEY (order_id, customer_id)
);
INSERT INTO order_customers SELECT id, customer_id FROM orders WHERE customer_id IS NOT NULL;
