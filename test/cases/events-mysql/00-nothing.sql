CREATE TABLE ticks (id int);
