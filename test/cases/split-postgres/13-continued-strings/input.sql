SELECT 'a;'
  'b;'
;
SELECT 'c' -- comment; with 'quote
  'd;'  , E'e\''

 'f;';
SELECT 2;
