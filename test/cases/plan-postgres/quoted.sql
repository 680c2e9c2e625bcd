-- before
CREATE SCHEMA "Od d";
CREATE TABLE "Od d"."Ta""ble" ("sel ect" int PRIMARY KEY, "É" text, "a.b" int);
CREATE VIEW "Od d"."v." AS SELECT "a.b" AS "x y" FROM "Od d"."Ta""ble";
CREATE FUNCTION "Od d"."f(x)"("p q" "Od d"."Ta""ble") RETURNS int LANGUAGE sql AS 'SELECT 1';
-- after
CREATE SCHEMA "Od d";
CREATE TABLE "Od d"."Ta""ble" ("sel ect" bigint PRIMARY KEY, "É" varchar(5) CHECK ("É" <> 'it''s'), "a.b" bigint, "on" int);
CREATE INDEX "in dex" ON "Od d"."Ta""ble" ("a.b", "on");
CREATE VIEW "Od d"."v." AS SELECT "a.b" AS "x y", "on" FROM "Od d"."Ta""ble";
CREATE FUNCTION "Od d"."f(x)"("p q" "Od d"."Ta""ble") RETURNS int LANGUAGE sql AS 'SELECT 2';
