DELIMITER $$
CREATE PROCEDURE p1() BEGIN SELECT 1; SELECT 2; END$$
SELECT ';'$$ SELECT 3 $$
delimiter //
SELECT 4; -- x
//
  Delimiter ;;  rest is not read
SELECT 5;SELECT 6;;
DELIMITER "|"
SELECT 7|SELECT '|'|
DELIMITER 'end of it'
SELECT 8end of it
DELIMITER ;
SELECT 9;
