CREATE USER IF NOT EXISTS mooring_writer@'%' IDENTIFIED BY 'Writer-1-of-these';
CREATE TABLE orders (id int PRIMARY KEY);
