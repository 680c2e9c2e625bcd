create table new_one (id integer);
alter table nowhere add x integer;
