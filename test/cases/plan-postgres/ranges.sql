-- before
CREATE TYPE fr AS RANGE (subtype = float8);
CREATE TABLE t (a fr, b fr[]);
CREATE INDEX ON t USING gist (a);
-- after
CREATE TYPE fr AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE t (a fr, b fr[], c fr DEFAULT fr(1, 2));
CREATE INDEX ON t USING gist (a);
