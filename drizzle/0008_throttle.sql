CREATE TABLE "throttle" (
	"subject" text PRIMARY KEY NOT NULL,
	"slots" bigint[] DEFAULT '{}' NOT NULL,
	"counts" integer[] DEFAULT '{}' NOT NULL,
	"expires_at" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX "throttle_expiry_index" ON "throttle" USING btree ("expires_at");