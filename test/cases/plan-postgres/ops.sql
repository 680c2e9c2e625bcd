-- before
CREATE TYPE cx AS (r float8, i float8);
CREATE FUNCTION cxlt(cx, cx) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT ($1).r < ($2).r';
CREATE FUNCTION cxgt(cx, cx) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT ($1).r > ($2).r';
CREATE OPERATOR <| (LEFTARG = cx, RIGHTARG = cx, FUNCTION = cxlt, COMMUTATOR = |>);
CREATE OPERATOR |> (LEFTARG = cx, RIGHTARG = cx, FUNCTION = cxgt, COMMUTATOR = <|);
CREATE AGGREGATE cmax(float8) (SFUNC = float8larger, STYPE = float8);
CREATE CAST (cx AS text) WITH INOUT AS ASSIGNMENT;
-- after
CREATE TYPE cx AS (r float8, i float8, k int);
CREATE FUNCTION cxlt(cx, cx) RETURNS bool IMMUTABLE STRICT LANGUAGE sql AS 'SELECT ($1).i < ($2).i';
CREATE OPERATOR <| (LEFTARG = cx, RIGHTARG = cx, FUNCTION = cxlt, RESTRICT = scalarltsel);
CREATE AGGREGATE cmax(float8) (SFUNC = float8larger, STYPE = float8, INITCOND = '0', PARALLEL = safe);
