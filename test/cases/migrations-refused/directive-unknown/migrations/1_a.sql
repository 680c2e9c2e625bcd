-- mooring: transacton=off
SELECT 1;
