CREATE TABLE `a.b` (id int PRIMARY KEY, `c d` int, `order` int);
