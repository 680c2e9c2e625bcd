SELECT 1.5e3, .5, 0x1F, 1e5, t.2fa, @a:=1, @@global.x, a->>'$.b', 5--3 FROM 1abc;
