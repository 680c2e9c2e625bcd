-- before
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE comp AS (x e, y e[]);
CREATE DOMAIN de AS e CHECK (VALUE <> 'b');
CREATE TABLE t (a e DEFAULT 'a', b e[] DEFAULT ARRAY['a'::e], c comp, d de, CHECK (a = ANY (ARRAY['a'::e, 'b'::e])));
CREATE FUNCTION ef(e) RETURNS e[] LANGUAGE sql AS 'SELECT ARRAY[$1]';
-- after
CREATE TYPE e AS ENUM ('a', 'c');
CREATE TYPE comp AS (x e, y e[]);
CREATE DOMAIN de AS e CHECK (VALUE <> 'c');
CREATE TABLE t (a e DEFAULT 'c', b e[] DEFAULT ARRAY['c'::e], c comp, d de, CHECK (a = ANY (ARRAY['a'::e, 'c'::e])));
CREATE FUNCTION ef(e) RETURNS e[] LANGUAGE sql AS 'SELECT ARRAY[$1]';
