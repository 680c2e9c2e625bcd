SELECT U&'d\0061t\+000061;', u&'x''y;' , U&"d\0061t;a" FROM (SELECT 1) AS s("dat;a");
SELECT U&'d!0061;' UESCAPE '!';
