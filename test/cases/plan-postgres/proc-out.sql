-- before
CREATE PROCEDURE p(INOUT a int, b text) LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$;
CREATE FUNCTION o(a int, OUT b int, OUT c text) LANGUAGE sql AS 'SELECT 1, $$x$$';
CREATE FUNCTION poly(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
-- after
CREATE PROCEDURE p(OUT c int, INOUT a int, b text DEFAULT 'z') LANGUAGE plpgsql AS $$ BEGIN a := 1; c := 2; END $$;
CREATE FUNCTION o(a int, OUT b int, OUT d text, OUT e int) LANGUAGE sql AS 'SELECT 1, $$x$$, 2';
CREATE FUNCTION poly(anycompatible, anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';
