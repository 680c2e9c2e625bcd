-- before
CREATE TABLE `a b` (`c.d` int);
-- after
CREATE TABLE `a b` (`c.d` int, `e``f` int, `é` int, KEY `k k` (`c.d`, `e``f`));
CREATE TABLE `1x` (`2` int, `on` int, KEY `on` (`on`));
