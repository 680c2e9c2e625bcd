ALTER TABLE orders DROP FOREIGN KEY orders_customer, DROP COLUMN customer_id;
DROP TABLE customers;
