-- before
CREATE TABLE t (id int PRIMARY KEY, a varchar(10) CHARACTER SET latin1, b text CHARACTER SET utf8mb3, c char(3)) DEFAULT CHARSET=latin1;
-- after
CREATE TABLE t (id int PRIMARY KEY, a varchar(10), b text CHARACTER SET latin1 COLLATE latin1_bin, c char(3) CHARACTER SET binary, d varchar(9) COLLATE utf8mb4_bin) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
