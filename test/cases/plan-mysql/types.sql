-- before
CREATE TABLE t (a int);
-- after
CREATE TABLE t (a bigint unsigned, b decimal(10,3) unsigned, c float, d double(10,2), e bit(8) DEFAULT b'1', f bool DEFAULT true, g datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), h time(3), i year, j json, k set('a','b'), l enum('x','y') DEFAULT 'x', m tinyblob, n mediumtext, o binary(16), p point, q int(5) zerofill, r char(1) DEFAULT '', s date DEFAULT '2020-01-01', t numeric);
