/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ANSI_QUOTES' */;
SELECT "a\";
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
SELECT "a\";b";
SET @x = 1, sql_mode = 4, @y = 'sql_mode';
SELECT "c\";
SET @sql_mode = '', GLOBAL sql_mode = DEFAULT;
SELECT "d\";
