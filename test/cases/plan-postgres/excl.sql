-- since: 15
-- before
CREATE TABLE r (id int, during tsrange, EXCLUDE USING gist (during WITH &&));
-- after
CREATE TABLE r (id int, during tstzrange, CONSTRAINT nox EXCLUDE USING gist (during WITH &&) WHERE (id > 0) DEFERRABLE, CONSTRAINT ru UNIQUE NULLS NOT DISTINCT (id) INCLUDE (during));
