CREATE TABLE customers (
  id    int AUTO_INCREMENT PRIMARY KEY,
  email varchar(200) NOT NULL UNIQUE
);
ALTER TABLE orders ADD COLUMN customer_id int;
