drop table legacy;
drop table orders;
