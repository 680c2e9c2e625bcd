-- before
CREATE TABLE T1 (Id int);
-- after
CREATE TABLE T1 (id int, Name int);
