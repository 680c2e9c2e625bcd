-- a
SELECT 1,
 'x
y';
DELIMITER //
SELECT 2;
//
DELIMITER ;
USE test_one
SELECT 3;