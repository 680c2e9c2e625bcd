-- on: mysql
-- before
CREATE TABLE t (a text, FULLTEXT KEY f (a));
-- after
CREATE TABLE t (a text, FULLTEXT KEY f (a) WITH PARSER ngram);
