create table shop.orders (id bigint primary key);
