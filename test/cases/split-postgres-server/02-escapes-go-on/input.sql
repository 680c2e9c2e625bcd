SELECT E'a'
  'b\';c', 1;
SELECT E'a' , 'b\';
SELECT E'a'


'b'
'\'', 'c\';
