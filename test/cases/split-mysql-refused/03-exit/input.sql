exit;
SELECT 1;
