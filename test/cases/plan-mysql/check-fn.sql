-- before
CREATE TABLE t (id int PRIMARY KEY, a varchar(10) CHECK (a <> ''), CONSTRAINT c1 CHECK (id > 0));
-- after
CREATE TABLE t (id int PRIMARY KEY, a varchar(10) CHECK (char_length(a) > 1 and a not like 'x\_%'), b int CHECK (b in (1,2,3)), CONSTRAINT c1 CHECK (id > 1));
