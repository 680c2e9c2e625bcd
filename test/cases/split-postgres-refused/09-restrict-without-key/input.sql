\restrict
SELECT 1;
