alter table orders add total integer;
