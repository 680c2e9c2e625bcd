CREATE TABLE customers (
  id    int AUTO_INCREMENT PRIMARY KEY,
  email varchar(200) NOT NULL UNIQUE
);
ALTER TABLE orders
  ADD COLUMN customer_id int,
  ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id);
