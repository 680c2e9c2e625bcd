CREATE TABLE new (id integer);
commit;
