ALTER TABLE `a.b` ADD COLUMN `e``f` int, ADD KEY `k l` (`c d`); CREATE TABLE `1` (id int);
