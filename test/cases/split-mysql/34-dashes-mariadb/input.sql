--no space, at the beginning of a statement
SELECT 1;--x
SELECT 4--1
--2;
