SELECT E'a' -- x
  'b\'' , 'c\';
SELECT E'a' /* x */ , 'c\';
