SELECT E'a\';b', e'\\', E'''', E'\''';', E'\x41\u0042;';
SELECT 'a\', E'\\\'';
SELECT 1;
