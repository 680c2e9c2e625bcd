create table legacy (id integer);
