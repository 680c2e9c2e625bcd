USE test_one;
USE test_one
SELECT 1;
use `test_one` ;SELECT 2;
  USE test_one -- why
SELECT 3;
