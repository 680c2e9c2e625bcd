ALTER TABLE "Big Shop"."select" ADD COLUMN "user" text, ADD COLUMN plain text; CREATE INDEX "I x" ON "Big Shop"."select" ("Order");
