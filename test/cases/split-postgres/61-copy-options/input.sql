CREATE TABLE public."from" (a int, b text);
copy public."from"(a,b) from STDIN with (format csv, header true); -- data follow; really
a,b
1,";
""x"
\.

Copy "from" From StdIn Csv ;
2,y
\.
COPY
  "from"
  FROM
  stdin
  DELIMITER ','
; /* x */
3,z
\.
SELECT 1;