CREATE TABLE "gone_members" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gone_members_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"joined_day" bigint NOT NULL,
	"joined_at" bigint[] NOT NULL,
	"status" integer NOT NULL,
	"left_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "growth_tally" (
	"org_id" integer,
	"hours" smallint NOT NULL,
	"slot" bigint NOT NULL,
	"status" integer NOT NULL,
	"joined" integer NOT NULL,
	"ended" integer NOT NULL,
	CONSTRAINT "growth_tally_key" UNIQUE NULLS NOT DISTINCT("org_id","hours","slot","status"),
	CONSTRAINT "growth_tally_hours_known" CHECK (hours in (24, 1))
);
--> statement-breakpoint
CREATE TABLE "member_change" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "member_change_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"org_id" integer,
	"role_id" integer,
	"status" integer NOT NULL,
	"at" bigint NOT NULL,
	"members" integer NOT NULL,
	"joined" integer NOT NULL,
	"ended" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "member_tally" (
	"org_id" integer NOT NULL,
	"day" bigint NOT NULL,
	"role_id" integer NOT NULL,
	"status" integer NOT NULL,
	"members" integer NOT NULL,
	CONSTRAINT "member_tally_pkey" PRIMARY KEY("org_id","day","role_id","status")
);
--> statement-breakpoint
CREATE TABLE "past_member" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "past_member_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"org_id" integer NOT NULL,
	"status" integer NOT NULL,
	"joined_at" bigint NOT NULL,
	"left_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "system_role" integer;--> statement-breakpoint
ALTER TABLE "website_member" ADD COLUMN "system_role" integer;--> statement-breakpoint
-- Before the indexes, which would take as long again.
update member m set system_role = array_position(array['owner', 'admin', 'member', 'website_admin', 'website_user'], r.name)
from role r where r.id = m.role_id and r.system;--> statement-breakpoint
update website_member m set system_role = array_position(array['owner', 'admin', 'member', 'website_admin', 'website_user'], r.name)
from role r where r.id = m.role_id and r.system;--> statement-breakpoint
ALTER TABLE "growth_tally" ADD CONSTRAINT "growth_tally_org_id_organisation_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_tally" ADD CONSTRAINT "member_tally_org_id_organisation_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "gone_members_joined_index" ON "gone_members" USING btree ("joined_day");--> statement-breakpoint
CREATE INDEX "gone_members_left_index" ON "gone_members" USING btree ("left_at");--> statement-breakpoint
CREATE INDEX "growth_tally_empty_index" ON "growth_tally" USING btree ("org_id") WHERE joined = 0 and ended = 0;--> statement-breakpoint
CREATE INDEX "member_change_org_index" ON "member_change" USING btree ("org_id","at");--> statement-breakpoint
CREATE INDEX "member_tally_empty_index" ON "member_tally" USING btree ("org_id") WHERE members = 0;--> statement-breakpoint
CREATE INDEX "past_member_joined_index" ON "past_member" USING btree ("org_id","joined_at","status");--> statement-breakpoint
CREATE INDEX "past_member_left_index" ON "past_member" USING btree ("org_id","left_at","status");--> statement-breakpoint
CREATE INDEX "past_member_all_joined_index" ON "past_member" USING btree ("joined_at","status");--> statement-breakpoint
CREATE INDEX "past_member_all_left_index" ON "past_member" USING btree ("left_at","status");--> statement-breakpoint
CREATE INDEX "member_time_index" ON "member" USING btree ("org_id","created_at","role_id","user_id","status") WHERE created_at > -1000000000000000000;--> statement-breakpoint
CREATE INDEX "member_created_index" ON "member" USING btree ("created_at","status");--> statement-breakpoint
CREATE INDEX "member_system_role_index" ON "member" USING btree ("system_role","user_id","created_at","status") WHERE system_role is not null;--> statement-breakpoint
CREATE INDEX "member_custom_role_index" ON "member" USING btree ("role_id","user_id","created_at","status") WHERE system_role is null;--> statement-breakpoint
CREATE INDEX "role_custom_index" ON "role" USING btree ("name","scope","id") WHERE not system;--> statement-breakpoint
CREATE INDEX "website_member_count_index" ON "website_member" USING btree ("org_id","role_id","user_id","created_at","status") WHERE created_at > -1000000000000000000;--> statement-breakpoint
CREATE INDEX "website_member_system_role_index" ON "website_member" USING btree ("system_role","user_id","created_at","status") WHERE system_role is not null;--> statement-breakpoint
CREATE INDEX "website_member_custom_role_index" ON "website_member" USING btree ("role_id","user_id","created_at","status") WHERE system_role is null;