alter table orders drop total;
