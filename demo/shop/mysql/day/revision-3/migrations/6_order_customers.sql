CREATE TABLE order_customers (
  order_id    int,
  customer_id int,
  PRIMARY KEY (order_id, customer_id),
  CONSTRAINT order_customers_order FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT order_customers_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
);
INSERT INTO order_customers SELECT id, customer_id FROM orders WHERE customer_id IS NOT NULL;
