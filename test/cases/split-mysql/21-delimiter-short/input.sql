\d //
SELECT 1; //
\d // SELECT 2;
SELECT 3//
SELECT 4 \d ;
;
SELECT 5;
