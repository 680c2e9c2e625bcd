-- a comment
CREATE TABLE a (b int);

  begin work;
COMMIT;
