-- before
CREATE TABLE t (id int PRIMARY KEY, a json, b varchar(40));
-- after
CREATE TABLE t (id int PRIMARY KEY, a json DEFAULT (json_array(1,'a''b')), b varchar(40) DEFAULT (concat('a', 'b')), c date DEFAULT (curdate() + interval 1 day), d point);
