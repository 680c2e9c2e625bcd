create table orders (id integer, old text);
create table legacy (id integer);
