CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
INSERT INTO effect VALUES ('three');
