-- mooring: phase=contract
ALTER TABLE orders DROP COLUMN customer_id;
