ALTER TABLE "mail_token" ALTER COLUMN "user_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "mail_token" ADD COLUMN "address" text;--> statement-breakpoint
UPDATE "mail_token" t SET "address" = encode(sha256(convert_to(lower(u."email"), 'UTF8')), 'hex'), "user_id" = null FROM "user" u WHERE u."id" = t."user_id" AND t."kind" = 'reset';--> statement-breakpoint
CREATE INDEX "mail_token_address_index" ON "mail_token" USING btree ("address");--> statement-breakpoint
ALTER TABLE "mail_token" ADD CONSTRAINT "mail_token_subject_known" CHECK (user_id is not null or kind = 'reset' and address is not null);