SELECT 'a;b', 'it''s; here', '', '''', ';--', '/*', 'back\slash\';
SELECT 'line 1;
line 2;
-- no comment
';
SELECT N'n;', B'01', X'1F', b'1', x'a';
