-- on: mariadb
-- before
CREATE TABLE b (id int, s date, e date, PERIOD FOR p(s, e), UNIQUE (id, p WITHOUT OVERLAPS));
-- after
CREATE TABLE b (id int, room int, s date, e date, PERIOD FOR p(s, e), UNIQUE u2 (room, p WITHOUT OVERLAPS));
