alter table orders rename old to former;
