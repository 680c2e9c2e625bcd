-- before
CREATE TABLE `my table` (`a``b` int PRIMARY KEY, `sel ect` text);
CREATE VIEW `v iew` (`x y`, `z``z`) AS SELECT `a``b`, `sel ect` FROM `my table`;
CREATE TRIGGER `t r` BEFORE UPDATE ON `my table` FOR EACH ROW SET NEW.`sel ect` = 'a;b';
-- after
CREATE TABLE `my table` (`a``b` int PRIMARY KEY, `sel ect` text, `日本` int, KEY `k``é` (`日本`));
CREATE VIEW `v iew` (`x y`, `z``z`, `w`) AS SELECT `a``b`, `sel ect`, `日本` FROM `my table`;
CREATE TRIGGER `t r` BEFORE UPDATE ON `my table` FOR EACH ROW SET NEW.`sel ect` = 'a;''b', NEW.`日本` = 2;
