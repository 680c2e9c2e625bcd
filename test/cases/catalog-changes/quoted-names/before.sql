CREATE SCHEMA "Big Shop"; CREATE TABLE "Big Shop"."select" ("Order" integer);
