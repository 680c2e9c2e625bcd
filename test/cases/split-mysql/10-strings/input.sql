SELECT 'a;b', 'it''s; ok', 'it\'s; ok', '\\', "a;b", "say ""hi;""", "x\"y;", 'line
line;', '-- no', '# no', '/* no', `a;b`, `c``;d` FROM t;
SELECT N'a;', x'41', b'1', _utf8mb4'a;b', 'a' 'b;' "c";
