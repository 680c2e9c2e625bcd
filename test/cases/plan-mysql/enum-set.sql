-- before
CREATE TABLE t (id int PRIMARY KEY, e enum('a','b''c','d,e') DEFAULT 'a', s set('x','y') NOT NULL DEFAULT 'x,y');
-- after
CREATE TABLE t (id int PRIMARY KEY, e enum('a','b''c','d,e','f"g','h\\i') NOT NULL DEFAULT 'b''c', s set('x','y','z') DEFAULT NULL);
