DROP TABLE order_customers;
