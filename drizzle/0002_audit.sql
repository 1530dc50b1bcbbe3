CREATE TABLE "audit_event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"org_id" integer,
	"actor_id" integer,
	"session_id" bigint,
	"action" text NOT NULL,
	"target_type" text NOT NULL,
	"target_id" integer NOT NULL,
	"website_id" integer,
	"before" jsonb,
	"after" jsonb,
	"request_id" text DEFAULT '' NOT NULL,
	"ip" text DEFAULT '' NOT NULL,
	"created_at" bigint DEFAULT (extract(epoch from clock_timestamp()) * 1000)::bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "audit_event_org_index" ON "audit_event" USING btree ("org_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_event_actor_index" ON "audit_event" USING btree ("org_id","actor_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_event_action_index" ON "audit_event" USING btree ("org_id","action","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_event_actor_action_index" ON "audit_event" USING btree ("org_id","actor_id","action","created_at","id");--> statement-breakpoint
CREATE INDEX "member_status_index" ON "member" USING btree ("org_id","status","id");--> statement-breakpoint
ALTER TABLE "role" ADD CONSTRAINT "role_description_length" CHECK (char_length(description) <= 500);--> statement-breakpoint
ALTER TABLE "website" ADD CONSTRAINT "website_url_length" CHECK (char_length(url) <= 2048);--> statement-breakpoint
CREATE INDEX "role_org_index" ON "role" USING btree ("org_id","id");--> statement-breakpoint
CREATE INDEX "website_member_org_index" ON "website_member" USING btree ("user_id","org_id","website_id");--> statement-breakpoint
DROP INDEX "website_member_website_index";--> statement-breakpoint
CREATE INDEX "website_member_website_index" ON "website_member" USING btree ("website_id","org_id","id");