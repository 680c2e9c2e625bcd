SET sql_mode = 'ANSI_QUOTES';
SELECT "a\";
SELECT 'b\';c';
SET SESSION sql_mode = '';
SELECT "a\";b";
SET @@SESSION.sql_mode = 'ANSI';
SELECT "c\";
SET @@sql_mode = DEFAULT;
SELECT "d\";e";
