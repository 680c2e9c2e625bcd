-- before
CREATE TABLE t (a varchar(10)) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin;
-- after
CREATE TABLE t (a varchar(10) COLLATE utf8mb4_bin) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin;
