-- before
CREATE TABLE "T" (id int PRIMARY KEY, "Name" text);
CREATE TABLE t (id int PRIMARY KEY REFERENCES "T");
-- after
CREATE TABLE "T" (id int PRIMARY KEY, name text);
CREATE TABLE t (id int PRIMARY KEY REFERENCES "T", "ID" int);
