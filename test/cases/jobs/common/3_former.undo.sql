alter table orders rename former to old;
