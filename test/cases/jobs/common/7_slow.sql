create table slow (id integer);
select pg_sleep(2);
