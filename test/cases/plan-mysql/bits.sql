-- before
CREATE TABLE t (id int PRIMARY KEY, b bit(8) DEFAULT b'101', bin binary(4) DEFAULT 'a', vb varbinary(20) DEFAULT x'00ff', y year DEFAULT 2020, d decimal(10,2) unsigned zerofill DEFAULT 1.5);
-- after
CREATE TABLE t (id int PRIMARY KEY, b bit(16) DEFAULT b'11', bin binary(8), vb varbinary(20) NOT NULL DEFAULT '', y year NOT NULL, d decimal(12,3) unsigned DEFAULT 0, f float(7,2), db double unsigned);
