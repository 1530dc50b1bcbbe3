// The tables as the Worker's queries see them. What no table can say (policies, functions, triggers, grants)
// stands in rules/*.sql. The password hash and the platform-admin flag are columns that no login of the
// Worker may read or write through a table.
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { JsonObject } from "../json.ts";
import { bigId, boundedJson, id, instant, json, nowMs, stamps, status, systemRole } from "./columns.ts";

/** Says nothing but that an index with this condition may be used. */
const everSince = sql`created_at > -1000000000000000000`;

export const organisation = pgTable(
  "organisation",
  {
    id: id(),
    name: text().notNull(),
    status: status(),
    personal: boolean().notNull().default(false),
    settings: json(),
    ...stamps(),
  },
  () => [
    check("organisation_name_length", sql`char_length(name) between 1 and 80`),
    check("organisation_status_known", sql`status in (0, 1)`),
    boundedJson("organisation_settings_size", sql`settings`),
  ],
);

export const user = pgTable(
  "user",
  {
    id: id(),
    email: text().notNull(),
    password: text().notNull(),
    profile: json(),
    status: status(),
    settings: json(),
    email_verified_at: instant(),
    platform_admin: boolean().notNull().default(false),
    /** Where the account was made, {ip, place, device}: shown to whoever is asked to confirm it, and gone after that. */
    origin: json(),
    /** Counts password changes: a sign-in that checked an older password starts no session. */
    credential_version: integer().notNull().default(1),
    ...stamps(),
  },
  () => [
    uniqueIndex("user_email_key").on(sql`lower(email)`),
    check("user_email_length", sql`char_length(email) between 3 and 254`),
    check("user_status_known", sql`status in (0, 1)`),
    boundedJson("user_profile_size", sql`profile`),
    boundedJson("user_settings_size", sql`settings`),
    boundedJson("user_origin_size", sql`origin`),
  ],
);

export const role = pgTable(
  "role",
  {
    id: id(),
    org_id: integer()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    name: text().notNull(),
    description: text().notNull().default(""),
    scope: text({ enum: ["organization", "website"] }).notNull(),
    permissions: text().array().notNull().default([]),
    system: boolean().notNull().default(false),
    ...stamps(),
  },
  (t) => [
    index("role_org_index").on(t.org_id, t.id),
    index("role_custom_index").on(t.name, t.scope, t.id).where(sql`not system`),
    uniqueIndex("role_name_key").on(t.org_id, sql`lower(name)`),
    // What members point at: an id together with its organization and scope, so that neither can be crossed.
    unique("role_place_key").on(t.id, t.org_id, t.scope),
    check("role_scope_known", sql`scope in ('organization', 'website')`),
    check("role_name_length", sql`char_length(name) between 1 and 80`),
    check("role_description_length", sql`char_length(description) <= 500`),
  ],
);

export const member = pgTable(
  "member",
  {
    id: id(),
    org_id: integer()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    user_id: integer()
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role_id: integer().notNull(),
    role_scope: text().notNull().generatedAlwaysAs(sql`'organization'`),
    system_role: systemRole(),
    status: status(),
    settings: json(),
    ...stamps(),
  },
  (t) => [
    unique("member_user_org_key").on(t.user_id, t.org_id),
    index("member_org_index").on(t.org_id, t.id),
    index("member_role_index").on(t.org_id, t.role_id, t.id),
    index("member_status_index").on(t.org_id, t.status, t.id),
    // For statistics: all that is counted stands in the index. Nothing else asks for `everSince`, or it would be used for
    // what one member is sought for, and the whole organization be read.
    index("member_time_index").on(t.org_id, t.created_at, t.role_id, t.user_id, t.status).where(everSince),
    index("member_created_index").on(t.created_at, t.status),
    index("member_system_role_index")
      .on(t.system_role, t.user_id, t.created_at, t.status)
      .where(sql`system_role is not null`),
    index("member_custom_role_index")
      .on(t.role_id, t.user_id, t.created_at, t.status)
      .where(sql`system_role is null`),
    foreignKey({
      name: "member_role_place_fkey",
      columns: [t.role_id, t.org_id, t.role_scope],
      foreignColumns: [role.id, role.org_id, role.scope],
    }).onDelete("cascade"),
    check("member_status_known", sql`status in (0, 1)`),
    boundedJson("member_settings_size", sql`settings`),
  ],
);

export const website = pgTable(
  "website",
  {
    id: id(),
    org_id: integer()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    name: text().notNull(),
    url: text().notNull(),
    status: status(),
    settings: json(),
    ...stamps(),
  },
  (t) => [
    index("website_org_index").on(t.org_id, t.id),
    unique("website_place_key").on(t.id, t.org_id),
    check("website_name_length", sql`char_length(name) between 1 and 80`),
    check("website_url_length", sql`char_length(url) <= 2048`),
    check("website_status_known", sql`status in (0, 1)`),
    boundedJson("website_settings_size", sql`settings`),
  ],
);

/** A person's role on one website. A guest has only this, and no `member` row in the organization. */
export const websiteMember = pgTable(
  "website_member",
  {
    id: id(),
    website_id: integer().notNull(),
    org_id: integer().notNull(),
    user_id: integer()
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role_id: integer().notNull(),
    role_scope: text().notNull().generatedAlwaysAs(sql`'website'`),
    system_role: systemRole(),
    status: status(),
    settings: json(),
    ...stamps(),
  },
  (t) => [
    unique("website_member_user_key").on(t.user_id, t.website_id),
    index("website_member_org_index").on(t.user_id, t.org_id, t.website_id),
    index("website_member_website_index").on(t.website_id, t.org_id, t.id),
    index("website_member_role_index").on(t.org_id, t.role_id, t.id),
    index("website_member_count_index")
      .on(t.org_id, t.role_id, t.user_id, t.created_at, t.status)
      .where(everSince),
    index("website_member_system_role_index")
      .on(t.system_role, t.user_id, t.created_at, t.status)
      .where(sql`system_role is not null`),
    index("website_member_custom_role_index")
      .on(t.role_id, t.user_id, t.created_at, t.status)
      .where(sql`system_role is null`),
    foreignKey({
      name: "website_member_website_place_fkey",
      columns: [t.website_id, t.org_id],
      foreignColumns: [website.id, website.org_id],
    }).onDelete("cascade"),
    foreignKey({
      name: "website_member_role_place_fkey",
      columns: [t.role_id, t.org_id, t.role_scope],
      foreignColumns: [role.id, role.org_id, role.scope],
    }).onDelete("cascade"),
    check("website_member_status_known", sql`status in (0, 1)`),
    boundedJson("website_member_settings_size", sql`settings`),
  ],
);

/** An e-mailed offer of a role, in the organization or (website_id) on one website of it. */
export const invite = pgTable(
  "invite",
  {
    id: id(),
    /** SHA-256 of the random id inside the newest link's sealed token, base64url. */
    token: text().notNull(),
    /** Who invited. Null: their account is gone. */
    user_id: integer().references(() => user.id, { onDelete: "set null" }),
    org_id: integer()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    website_id: integer(),
    email: text().notNull(),
    role_id: integer().notNull(),
    /** Of an invite that is settled: null, so that its role is free to change and go. */
    role_scope: text().generatedAlwaysAs(
      sql`case when state <> 'pending' then null when website_id is null then 'organization' else 'website' end`,
    ),
    state: text({ enum: ["pending", "accepted", "revoked"] })
      .notNull()
      .default("pending"),
    /** How long a link of it works; sent again, it gets as long. */
    lifetime_ms: instant().notNull(),
    expires_at: instant().notNull(),
    settled_at: instant(),
    /** The newest mail in the outbox, and what became of it. */
    mail_id: bigint({ mode: "number" }),
    delivery_state: text({ enum: ["queued", "sent", "failed"] })
      .notNull()
      .default("queued"),
    delivery_error: text(),
    ...stamps(),
  },
  (t) => [
    uniqueIndex("invite_token_key").on(t.token),
    // One pending for an address, in an organization and on each of its websites.
    uniqueIndex("invite_pending_key")
      .on(t.org_id, sql`lower(email)`, sql`coalesce(website_id, 0)`)
      .where(sql`state = 'pending'`),
    index("invite_org_index").on(t.org_id, t.id).where(sql`website_id is null`),
    index("invite_website_index").on(t.website_id, t.org_id, t.id),
    index("invite_user_index").on(t.user_id, t.org_id, t.state),
    index("invite_role_index").on(t.org_id, t.role_id, t.role_scope, t.expires_at),
    index("invite_mail_index").on(t.mail_id),
    index("invite_expiry_index").on(t.expires_at).where(sql`state = 'pending'`),
    index("invite_settled_index").on(t.settled_at).where(sql`state <> 'pending'`),
    foreignKey({
      name: "invite_website_place_fkey",
      columns: [t.website_id, t.org_id],
      foreignColumns: [website.id, website.org_id],
    }).onDelete("cascade"),
    foreignKey({
      name: "invite_role_place_fkey",
      columns: [t.role_id, t.org_id, t.role_scope],
      foreignColumns: [role.id, role.org_id, role.scope],
    }).onDelete("cascade"),
    check("invite_email_length", sql`char_length(email) between 3 and 254`),
    check("invite_state_known", sql`state in ('pending', 'accepted', 'revoked')`),
    check("invite_settled_then", sql`(state = 'pending') = (settled_at is null)`),
    check("invite_delivery_known", sql`delivery_state in ('queued', 'sent', 'failed')`),
  ],
);

export const session = pgTable(
  "session",
  {
    id: bigId(),
    user_id: integer()
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    user_agent: text().notNull().default(""),
    ip: text().notNull().default(""),
    place: text().notNull().default(""),
    created_at: instant().notNull().default(nowMs),
    last_used_at: instant().notNull().default(nowMs),
    expires_at: instant().notNull(),
    ended_at: instant(),
    end_reason: text({ enum: ["signed_out", "revoked", "password_changed", "refresh_token_reused"] }),
  },
  (t) => [
    index("session_user_index").on(t.user_id, t.id),
    index("session_expiry_index").on(t.expires_at),
    index("session_end_index").on(t.ended_at).where(sql`ended_at is not null`),
  ],
);

export const refreshToken = pgTable(
  "refresh_token",
  {
    /** SHA-256 of the token's `jti`, base64url. The token itself is nowhere stored. */
    hash: text().primaryKey(),
    session_id: bigint({ mode: "number" })
      .notNull()
      .references(() => session.id, { onDelete: "cascade" }),
    issued_at: instant().notNull(),
    expires_at: instant().notNull(),
    spent_at: instant(),
    successor_hash: text(),
  },
  (t) => [
    index("refresh_token_session_index").on(t.session_id),
    index("refresh_token_expiry_index").on(t.expires_at),
  ],
);

export const mailToken = pgTable(
  "mail_token",
  {
    /** SHA-256 of the random id inside the sealed token, base64url. */
    hash: text().primaryKey(),
    kind: text({ enum: ["verify", "reset"] }).notNull(),
    /** The account that it confirms. */
    user_id: integer().references(() => user.id, { onDelete: "cascade" }),
    /**
     * SHA-256 of the address whose account it resets, in lower case: of whichever has it when the link is followed. (The
     * rules of 0.5 put the account instead: should they be put back, they work.)
     */
    address: text(),
    created_at: instant().notNull().default(nowMs),
    expires_at: instant().notNull(),
    spent_at: instant(),
  },
  (t) => [
    index("mail_token_user_index").on(t.user_id, t.kind),
    index("mail_token_address_index").on(t.address),
    index("mail_token_expiry_index").on(t.expires_at),
    check("mail_token_subject_known", sql`user_id is not null or kind = 'reset' and address is not null`),
    check("mail_token_kind_known", sql`kind in ('verify', 'reset')`),
  ],
);

export const outbox = pgTable(
  "outbox",
  {
    id: bigId(),
    template: text().notNull(),
    recipient: text().notNull(),
    params: json(),
    /** Links' tokens, sealed by the Worker; erased together with the body once the mail is sent. */
    secrets: text(),
    /** What the first sender rendered, sealed: retries under one idempotency key must be identical. */
    body: text(),
    attempts: integer().notNull().default(0),
    next_attempt_at: instant().notNull().default(nowMs),
    sent_at: instant(),
    failed_at: instant(),
    last_error: text(),
    created_at: instant().notNull().default(nowMs),
  },
  (t) => [
    index("outbox_due_index").on(t.next_attempt_at).where(sql`sent_at is null and failed_at is null`),
    index("outbox_waiting_index").on(t.created_at).where(sql`sent_at is null and failed_at is null`),
    index("outbox_age_index").on(t.created_at),
  ],
);

export const attempt = pgTable(
  "attempt",
  {
    /** SHA-256 of the lower-case address, hex: unknown addresses count too, and none is kept. */
    subject: text().primaryKey(),
    attempted_at: bigint({ mode: "number" }).array().notNull(),
    last_at: instant().notNull(),
  },
  (t) => [index("attempt_age_index").on(t.last_at)],
);

/** How often of late: by one client network, to one address, of one organization. See rules/2-flows/throttle.sql. */
export const throttle = pgTable(
  "throttle",
  {
    /** What is counted, and whose it is: addresses and networks as hashes. */
    subject: text().primaryKey(),
    /** When, and how many of it then; a bounded number of pairs. */
    slots: bigint({ mode: "number" }).array().notNull().default(sql`'{}'`),
    counts: integer().array().notNull().default(sql`'{}'`),
    expires_at: instant().notNull().default(0),
  },
  (t) => [index("throttle_expiry_index").on(t.expires_at)],
);

export const idempotencyKey = pgTable(
  "idempotency_key",
  {
    /** SHA-256 over endpoint, caller and the client's key, base64url. */
    key: text().primaryKey(),
    /** Keyed hash of the request's body; it may hold a password, so a bare hash would not do. */
    fingerprint: text().notNull(),
    answer: jsonb().$type<JsonObject>(),
    created_at: instant().notNull().default(nowMs),
  },
  (t) => [index("idempotency_key_age_index").on(t.created_at)],
);

/** Written by triggers alone. No foreign keys: what is told outlives whom it is about. */
export const auditEvent = pgTable(
  "audit_event",
  {
    id: bigId(),
    /** Null: about a person, in no organization. */
    org_id: integer(),
    /** Null: nobody had signed in (the command line, or a person who was just made). */
    actor_id: integer(),
    session_id: bigint({ mode: "number" }),
    action: text().notNull(),
    target_type: text().notNull(),
    /** Of a member the user's id, since that is how the API names members. */
    target_id: integer().notNull(),
    website_id: integer(),
    before: jsonb().$type<JsonObject>(),
    after: jsonb().$type<JsonObject>(),
    request_id: text().notNull().default(""),
    ip: text().notNull().default(""),
    created_at: instant().notNull().default(nowMs),
  },
  (t) => [
    // Newest first, by each combination of filters.
    index("audit_event_org_index").on(t.org_id, t.created_at, t.id),
    index("audit_event_actor_index").on(t.org_id, t.actor_id, t.created_at, t.id),
    index("audit_event_action_index").on(t.org_id, t.action, t.created_at, t.id),
    index("audit_event_actor_action_index").on(t.org_id, t.actor_id, t.action, t.created_at, t.id),
  ],
);

/** A membership of an organization that ended: when it was, and nothing of whose. Outlives its organization. */
export const pastMember = pgTable(
  "past_member",
  {
    id: bigId(),
    org_id: integer().notNull(),
    /** When it ended. */
    status: integer().notNull(),
    joined_at: instant().notNull(),
    left_at: instant().notNull(),
  },
  (t) => [
    index("past_member_joined_index").on(t.org_id, t.joined_at, t.status),
    index("past_member_left_index").on(t.org_id, t.left_at, t.status),
    index("past_member_all_joined_index").on(t.joined_at, t.status),
    index("past_member_all_left_index").on(t.left_at, t.status),
  ],
);

/** The same of those who were members of an organization when it was deleted, by the day on which they joined. */
export const goneMembers = pgTable(
  "gone_members",
  {
    id: bigId(),
    /** Epoch days, UTC. */
    joined_day: bigint({ mode: "number" }).notNull(),
    joined_at: bigint({ mode: "number" }).array().notNull(),
    status: integer().notNull(),
    left_at: instant().notNull(),
  },
  (t) => [
    index("gone_members_joined_index").on(t.joined_day),
    index("gone_members_left_index").on(t.left_at),
  ],
);

/** What changed of the numbers of members and is in no tally yet: added by triggers, folded into the tallies by the cron. */
export const memberChange = pgTable(
  "member_change",
  {
    id: bigId(),
    /** Null: of an organization that is gone. */
    org_id: integer(),
    /** Null: of a membership that ended. */
    role_id: integer(),
    status: integer().notNull(),
    /** When the memberships began, or of `ended`, when they ended. */
    at: instant().notNull(),
    /** Memberships that exist. */
    members: integer().notNull(),
    /** Memberships that exist or have existed. */
    joined: integer().notNull(),
    ended: integer().notNull(),
  },
  (t) => [index("member_change_org_index").on(t.org_id, t.at)],
);

/** Memberships that exist, by the day (epoch days, UTC) on which they began. With `member_change` it is exact. */
export const memberTally = pgTable(
  "member_tally",
  {
    org_id: integer()
      .notNull()
      .references(() => organisation.id, { onDelete: "cascade" }),
    day: bigint({ mode: "number" }).notNull(),
    role_id: integer().notNull(),
    status: integer().notNull(),
    members: integer().notNull(),
  },
  (t) => [
    primaryKey({ name: "member_tally_pkey", columns: [t.org_id, t.day, t.role_id, t.status] }),
    index("member_tally_empty_index").on(t.org_id).where(sql`members = 0`),
  ],
);

/** Memberships begun and ended, per day and per hour (UTC). With `member_change` it is exact. */
export const growthTally = pgTable(
  "growth_tally",
  {
    /** Null: all organizations, those that are gone included. */
    org_id: integer().references(() => organisation.id, { onDelete: "cascade" }),
    /** The length of a slot, 24 or 1; and which one, counted from the epoch. */
    hours: smallint().notNull(),
    slot: bigint({ mode: "number" }).notNull(),
    status: integer().notNull(),
    joined: integer().notNull(),
    ended: integer().notNull(),
  },
  (t) => [
    unique("growth_tally_key").on(t.org_id, t.hours, t.slot, t.status).nullsNotDistinct(),
    index("growth_tally_empty_index").on(t.org_id).where(sql`joined = 0 and ended = 0`),
    check("growth_tally_hours_known", sql`hours in (24, 1)`),
  ],
);

export const version = pgTable("version", {
  version: text().primaryKey(),
  description: text().notNull(),
  created_at: instant().notNull().default(nowMs),
});
