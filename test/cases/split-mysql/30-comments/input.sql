SELECT 1 -- ; no
, 2 # ; no
, 3 /* ; ' " ` 
 no */ , 4--1, 5 --	;
;
-- it's
SELECT 6; # it's
/* a */ SELECT /* /* not nested */ 7;

SELECT 8 --
;
SELECT 9 -- at the end