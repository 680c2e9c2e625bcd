-- first
SELECT 1;

  SELECT 2 -- trailing; comment
  /* and; another */
