CREATE TABLE "a;b" ("c""d;" int, "'" text, "--" int, "/*" int);
COMMENT ON TABLE "a;b" IS '"';
DROP TABLE "a;b";
