-- before
CREATE TABLE t (id int, k int, CONSTRAINT tp PRIMARY KEY (id), CONSTRAINT tu UNIQUE (k));
CREATE TABLE f (id int REFERENCES t (id), k int REFERENCES t (k));
ALTER TABLE t CLUSTER ON tu;
-- after
CREATE TABLE t (id int, k int, CONSTRAINT tu PRIMARY KEY (k), CONSTRAINT tp UNIQUE (id));
CREATE TABLE f (id int REFERENCES t (id), k int REFERENCES t (k));
