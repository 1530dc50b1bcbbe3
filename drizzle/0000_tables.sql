CREATE TABLE "attempt" (
	"subject" text PRIMARY KEY NOT NULL,
	"attempted_at" bigint[] NOT NULL,
	"last_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"key" text PRIMARY KEY NOT NULL,
	"fingerprint" text NOT NULL,
	"answer" jsonb,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_token" (
	"hash" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"user_id" integer NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"spent_at" bigint,
	CONSTRAINT "mail_token_kind_known" CHECK (kind in ('verify', 'reset'))
);
--> statement-breakpoint
CREATE TABLE "member" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "member_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"org_id" integer NOT NULL,
	"user_id" integer NOT NULL,
	"role_id" integer NOT NULL,
	"role_scope" text GENERATED ALWAYS AS ('organization') STORED NOT NULL,
	"status" integer DEFAULT 0 NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "member_user_org_key" UNIQUE("user_id","org_id"),
	CONSTRAINT "member_status_known" CHECK (status in (0, 1)),
	CONSTRAINT "member_settings_size" CHECK (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536)
);
--> statement-breakpoint
CREATE TABLE "organisation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "organisation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"status" integer DEFAULT 0 NOT NULL,
	"personal" boolean DEFAULT false NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "organisation_name_length" CHECK (char_length(name) between 1 and 80),
	CONSTRAINT "organisation_status_known" CHECK (status in (0, 1)),
	CONSTRAINT "organisation_settings_size" CHECK (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536)
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"template" text NOT NULL,
	"recipient" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"secrets" text,
	"body" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"sent_at" bigint,
	"failed_at" bigint,
	"last_error" text,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refresh_token" (
	"hash" text PRIMARY KEY NOT NULL,
	"session_id" bigint NOT NULL,
	"issued_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"spent_at" bigint,
	"successor_hash" text
);
--> statement-breakpoint
CREATE TABLE "role" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "role_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"org_id" integer NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"scope" text NOT NULL,
	"permissions" text[] DEFAULT '{}' NOT NULL,
	"system" boolean DEFAULT false NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "role_place_key" UNIQUE("id","org_id","scope"),
	CONSTRAINT "role_scope_known" CHECK (scope in ('organization', 'website')),
	CONSTRAINT "role_name_length" CHECK (char_length(name) between 1 and 80)
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "session_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"user_agent" text DEFAULT '' NOT NULL,
	"ip" text DEFAULT '' NOT NULL,
	"place" text DEFAULT '' NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"last_used_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"ended_at" bigint,
	"end_reason" text
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "user_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"password" text NOT NULL,
	"profile" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"status" integer DEFAULT 0 NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"email_verified_at" bigint,
	"platform_admin" boolean DEFAULT false NOT NULL,
	"credential_version" integer DEFAULT 1 NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "user_email_length" CHECK (char_length(email) between 3 and 254),
	CONSTRAINT "user_status_known" CHECK (status in (0, 1)),
	CONSTRAINT "user_profile_size" CHECK (jsonb_typeof(profile) = 'object' and octet_length(profile::text) <= 65536),
	CONSTRAINT "user_settings_size" CHECK (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536)
);
--> statement-breakpoint
CREATE TABLE "version" (
	"version" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "website" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "website_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"org_id" integer NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"status" integer DEFAULT 0 NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "website_place_key" UNIQUE("id","org_id"),
	CONSTRAINT "website_name_length" CHECK (char_length(name) between 1 and 80),
	CONSTRAINT "website_status_known" CHECK (status in (0, 1)),
	CONSTRAINT "website_settings_size" CHECK (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536)
);
--> statement-breakpoint
CREATE TABLE "website_member" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "website_member_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"website_id" integer NOT NULL,
	"org_id" integer NOT NULL,
	"user_id" integer NOT NULL,
	"role_id" integer NOT NULL,
	"role_scope" text GENERATED ALWAYS AS ('website') STORED NOT NULL,
	"status" integer DEFAULT 0 NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "website_member_user_key" UNIQUE("user_id","website_id"),
	CONSTRAINT "website_member_status_known" CHECK (status in (0, 1)),
	CONSTRAINT "website_member_settings_size" CHECK (jsonb_typeof(settings) = 'object' and octet_length(settings::text) <= 65536)
);
--> statement-breakpoint
ALTER TABLE "mail_token" ADD CONSTRAINT "mail_token_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_org_id_organisation_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_role_place_fkey" FOREIGN KEY ("role_id","org_id","role_scope") REFERENCES "public"."role"("id","org_id","scope") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_session_id_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role" ADD CONSTRAINT "role_org_id_organisation_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "website" ADD CONSTRAINT "website_org_id_organisation_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "website_member" ADD CONSTRAINT "website_member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "website_member" ADD CONSTRAINT "website_member_website_place_fkey" FOREIGN KEY ("website_id","org_id") REFERENCES "public"."website"("id","org_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "website_member" ADD CONSTRAINT "website_member_role_place_fkey" FOREIGN KEY ("role_id","org_id","role_scope") REFERENCES "public"."role"("id","org_id","scope") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempt_age_index" ON "attempt" USING btree ("last_at");--> statement-breakpoint
CREATE INDEX "idempotency_key_age_index" ON "idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "mail_token_user_index" ON "mail_token" USING btree ("user_id","kind");--> statement-breakpoint
CREATE INDEX "mail_token_expiry_index" ON "mail_token" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "member_org_index" ON "member" USING btree ("org_id","id");--> statement-breakpoint
CREATE INDEX "member_role_index" ON "member" USING btree ("org_id","role_id","id");--> statement-breakpoint
CREATE INDEX "outbox_due_index" ON "outbox" USING btree ("next_attempt_at") WHERE sent_at is null and failed_at is null;--> statement-breakpoint
CREATE INDEX "outbox_age_index" ON "outbox" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "refresh_token_session_index" ON "refresh_token" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "refresh_token_expiry_index" ON "refresh_token" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "role_name_key" ON "role" USING btree ("org_id",lower(name));--> statement-breakpoint
CREATE INDEX "session_user_index" ON "session" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "session_expiry_index" ON "session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "session_end_index" ON "session" USING btree ("ended_at") WHERE ended_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "user_email_key" ON "user" USING btree (lower(email));--> statement-breakpoint
CREATE INDEX "website_org_index" ON "website" USING btree ("org_id","id");--> statement-breakpoint
CREATE INDEX "website_member_website_index" ON "website_member" USING btree ("website_id","id");--> statement-breakpoint
CREATE INDEX "website_member_role_index" ON "website_member" USING btree ("org_id","role_id","id");