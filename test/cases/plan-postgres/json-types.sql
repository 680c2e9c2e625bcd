-- before
CREATE TABLE t (a json, b text, c text[], d timestamp, e numeric, f interval, g char(3), h bytea, i inet, j money, k int, l text);
-- after
CREATE TABLE t (a jsonb, b int, c int[], d timestamptz, e numeric(12,4), f interval(3), g varchar(3), h text, i cidr, j numeric, k text, l uuid);
