CREATE TABLE "invite" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invite_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"token" text NOT NULL,
	"user_id" integer,
	"org_id" integer NOT NULL,
	"website_id" integer,
	"email" text NOT NULL,
	"role_id" integer NOT NULL,
	"role_scope" text GENERATED ALWAYS AS (case when state <> 'pending' then null when website_id is null then 'organization' else 'website' end) STORED,
	"state" text DEFAULT 'pending' NOT NULL,
	"lifetime_ms" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"settled_at" bigint,
	"mail_id" bigint,
	"delivery_state" text DEFAULT 'queued' NOT NULL,
	"delivery_error" text,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	"updated_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL,
	CONSTRAINT "invite_email_length" CHECK (char_length(email) between 3 and 254),
	CONSTRAINT "invite_state_known" CHECK (state in ('pending', 'accepted', 'revoked')),
	CONSTRAINT "invite_settled_then" CHECK ((state = 'pending') = (settled_at is null)),
	CONSTRAINT "invite_delivery_known" CHECK (delivery_state in ('queued', 'sent', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "origin" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_org_id_organisation_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_website_place_fkey" FOREIGN KEY ("website_id","org_id") REFERENCES "public"."website"("id","org_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite" ADD CONSTRAINT "invite_role_place_fkey" FOREIGN KEY ("role_id","org_id","role_scope") REFERENCES "public"."role"("id","org_id","scope") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "invite_token_key" ON "invite" USING btree ("token");--> statement-breakpoint
CREATE UNIQUE INDEX "invite_pending_key" ON "invite" USING btree ("org_id",lower(email),coalesce(website_id, 0)) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "invite_org_index" ON "invite" USING btree ("org_id","id") WHERE website_id is null;--> statement-breakpoint
CREATE INDEX "invite_website_index" ON "invite" USING btree ("website_id","org_id","id");--> statement-breakpoint
CREATE INDEX "invite_user_index" ON "invite" USING btree ("user_id","org_id","state");--> statement-breakpoint
CREATE INDEX "invite_role_index" ON "invite" USING btree ("org_id","role_id","role_scope","expires_at");--> statement-breakpoint
CREATE INDEX "invite_mail_index" ON "invite" USING btree ("mail_id");--> statement-breakpoint
CREATE INDEX "invite_expiry_index" ON "invite" USING btree ("expires_at") WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX "invite_settled_index" ON "invite" USING btree ("settled_at") WHERE state <> 'pending';--> statement-breakpoint
CREATE INDEX "outbox_waiting_index" ON "outbox" USING btree ("created_at") WHERE sent_at is null and failed_at is null;--> statement-breakpoint
ALTER TABLE "user" ADD CONSTRAINT "user_origin_size" CHECK (jsonb_typeof(origin) = 'object' and octet_length(origin::text) <= 65536);