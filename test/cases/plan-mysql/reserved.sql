-- before
CREATE TABLE `select` (`from` int, `key` int, KEY `index` (`key`));
-- after
CREATE TABLE `select` (`from` bigint, `where` int, `order` varchar(3) DEFAULT 'x', KEY `index` (`from`), CONSTRAINT `check` CHECK (`where` > 0));
