ALTER TABLE products DROP COLUMN keywords;
DROP INDEX orders_by_customer;
ALTER TABLE customers DROP COLUMN nickname;
