-- before
CREATE TABLE u (id int AUTO_INCREMENT PRIMARY KEY, email varchar(200), deleted tinyint(1) DEFAULT 0, UNIQUE KEY ue (email));
CREATE VIEW active AS SELECT * FROM u WHERE deleted = 0;
CREATE FUNCTION n() RETURNS bigint READS SQL DATA RETURN (SELECT count(*) FROM active);
-- after
CREATE TABLE u (id bigint AUTO_INCREMENT PRIMARY KEY, email varchar(200) CHARACTER SET ascii, deleted_at datetime(6), live tinyint(1) GENERATED ALWAYS AS (if(deleted_at is null, 1, null)) STORED, UNIQUE KEY ue (email, live));
CREATE VIEW active AS SELECT id, email FROM u WHERE deleted_at IS NULL;
CREATE FUNCTION n() RETURNS bigint READS SQL DATA RETURN (SELECT count(*) FROM active);
