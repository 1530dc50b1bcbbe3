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
  text,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { bigId, boundedJson, id, instant, type JsonObject, json, nowMs, stamps, status } from "./columns.ts";

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
    status: status(),
    settings: json(),
    ...stamps(),
  },
  (t) => [
    unique("member_user_org_key").on(t.user_id, t.org_id),
    index("member_org_index").on(t.org_id, t.id),
    index("member_role_index").on(t.org_id, t.role_id, t.id),
    index("member_status_index").on(t.org_id, t.status, t.id),
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
    status: status(),
    settings: json(),
    ...stamps(),
  },
  (t) => [
    unique("website_member_user_key").on(t.user_id, t.website_id),
    index("website_member_org_index").on(t.user_id, t.org_id, t.website_id),
    index("website_member_website_index").on(t.website_id, t.org_id, t.id),
    index("website_member_role_index").on(t.org_id, t.role_id, t.id),
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
    user_id: integer()
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    created_at: instant().notNull().default(nowMs),
    expires_at: instant().notNull(),
    spent_at: instant(),
  },
  (t) => [
    index("mail_token_user_index").on(t.user_id, t.kind),
    index("mail_token_expiry_index").on(t.expires_at),
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

export const version = pgTable("version", {
  version: text().primaryKey(),
  description: text().notNull(),
  created_at: instant().notNull().default(nowMs),
});
