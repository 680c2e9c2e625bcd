DROP INDEX orders_by_state ON orders;
DROP TABLE searches;
