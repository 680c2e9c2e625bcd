-- /* no block;
SELECT 1;
/* -- no line; */ SELECT 2;
/* 'no string; */ SELECT ' /* no comment; ' , 3 -- 'no string;
;
