SET SESSION sql_mode = '';
CREATE TABLE posts (id bigint unsigned NOT NULL AUTO_INCREMENT, d datetime NOT NULL DEFAULT '0000-00-00 00:00:00', ts timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', day date DEFAULT '0000-00-00', y year(4) DEFAULT NULL, n int(10) unsigned zerofill NOT NULL DEFAULT '0', e enum('yes','no','') NOT NULL DEFAULT '', PRIMARY KEY (id), KEY d (d)) ENGINE=MyISAM DEFAULT CHARSET=utf8;
CREATE TABLE meta (mid bigint NOT NULL AUTO_INCREMENT, k varchar(255) DEFAULT NULL, v longtext, PRIMARY KEY (mid), KEY k (k(191)), FULLTEXT KEY v (v)) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci COMMENT='it''s \\ old';
CREATE TABLE mem (a int, b varchar(20), KEY b (b) USING HASH, KEY a (a) USING BTREE) ENGINE=MEMORY MAX_ROWS=1000;
CREATE TABLE arch (a int, b text) ENGINE=ARCHIVE;
CREATE TABLE csvt (a int NOT NULL, b text NOT NULL) ENGINE=CSV;
CREATE TABLE bh (a int) ENGINE=BLACKHOLE;
CREATE TABLE mrg1 (a int) ENGINE=MyISAM; CREATE TABLE mrg2 (a int) ENGINE=MyISAM;
CREATE TABLE mrg (a int) ENGINE=MERGE UNION=(mrg1, mrg2) INSERT_METHOD=LAST;
CREATE TABLE fl (f float(7,4), d double(10,2), dc decimal(5), u double unsigned, b bit, t tinyint(1), bl blob, tx tinytext, s set('a','b') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'a', c char(0), v varbinary(0), g geometry, p point NOT NULL, SPATIAL KEY p (p)) ENGINE=InnoDB;
CREATE TABLE `select` (`order` int, `group by` int, KEY `in dex` (`order`,`group by`));
CREATE TABLE fkp (id int PRIMARY KEY) ENGINE=InnoDB; CREATE TABLE fkc (id int PRIMARY KEY, p int, KEY (p), FOREIGN KEY (p) REFERENCES fkp (id) ON DELETE SET NULL ON UPDATE CASCADE) ENGINE=InnoDB;
CREATE TABLE zero_auto (id int NOT NULL AUTO_INCREMENT, k int, PRIMARY KEY (id)) AUTO_INCREMENT=500;
CREATE TABLE cmt (a int COMMENT 'tab\t nl\n q'' bs\\ pct%') COMMENT 'x\ny';
CREATE VIEW vz AS SELECT id, d FROM posts WHERE d = '0000-00-00 00:00:00';
CREATE VIEW vs AS SELECT CONCAT(k, "x") AS kk, v || 1 AS o FROM meta;
DELIMITER //
CREATE TRIGGER tz BEFORE INSERT ON meta FOR EACH ROW BEGIN IF NEW.k = "" THEN SET NEW.k = NULL; END IF; END//
CREATE PROCEDURE pz(IN a VARCHAR(10) CHARSET latin1) SQL SECURITY INVOKER COMMENT 'p' BEGIN DECLARE x INT DEFAULT 0; SELECT "a" || a; END//
CREATE FUNCTION fz(d DATE) RETURNS datetime DETERMINISTIC BEGIN RETURN '0000-00-00'; END//
DELIMITER ;
CREATE EVENT ez ON SCHEDULE EVERY 1 DAY DO DELETE FROM meta WHERE k = "";
