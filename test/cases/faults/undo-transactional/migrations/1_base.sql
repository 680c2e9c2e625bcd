CREATE TABLE effect (what text NOT NULL);
CREATE TABLE base (id bigint PRIMARY KEY);
