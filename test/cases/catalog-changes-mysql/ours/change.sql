CREATE TABLE mooring_history (id int PRIMARY KEY); CREATE TRIGGER g BEFORE INSERT ON mooring_history FOR EACH ROW SET NEW.id = 1;
