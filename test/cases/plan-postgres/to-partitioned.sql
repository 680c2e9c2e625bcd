-- before
CREATE TABLE ev (id bigint PRIMARY KEY, at timestamptz NOT NULL, b text);
CREATE VIEW evv AS SELECT id, b FROM ev;
CREATE INDEX ev_at ON ev (at);
-- after
CREATE TABLE ev (id bigint, at timestamptz NOT NULL, b text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE ev_2020 PARTITION OF ev FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE VIEW evv AS SELECT id, b FROM ev;
CREATE INDEX ev_at ON ev (at);
