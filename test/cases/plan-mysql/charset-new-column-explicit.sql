-- before
CREATE TABLE t (b int) DEFAULT CHARSET utf8mb4;
-- after
CREATE TABLE t (b int, a varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, c text CHARACTER SET latin1) DEFAULT CHARSET utf8mb4;
