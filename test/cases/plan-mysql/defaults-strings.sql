-- before
CREATE TABLE t (a varchar(20) DEFAULT 'x');
-- after
CREATE TABLE t (a varchar(20) DEFAULT 'it''s', b varchar(20) DEFAULT 'a\\b', c varchar(20) DEFAULT '"q"', d varchar(20) DEFAULT 'é☃', e varchar(20) DEFAULT 'a\nb', f varchar(20) DEFAULT '`', g varchar(20) DEFAULT '%', h varchar(20) DEFAULT ')');
