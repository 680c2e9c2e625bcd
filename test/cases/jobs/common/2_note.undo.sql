alter table orders drop note;
