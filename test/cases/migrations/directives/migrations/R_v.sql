/* a view */

SELECT 1;
