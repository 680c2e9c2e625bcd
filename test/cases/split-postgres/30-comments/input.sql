/* a; */ SELECT /* b; /* c; */ d; ' */ 1 -- e; '
  + 2 /**/; /***/ SELECT /*/ ;*/ 4;
SELECT 5--6;
;
SELECT 1 -/* x; */ 2, 4 /-- y;
 2;
