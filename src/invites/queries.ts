// Statements and flow calls of invites. The flows (rules/2-flows/invites.sql, accept_invite.sql) refuse by themselves.
import { asc, eq, isNull, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { afterIn, inPlace, type Place } from "../db/page.ts";
import { invite, role, user } from "../db/schema.ts";
import type { ClaimedMail } from "../emails/claimed-mail.ts";
import type { MailLink } from "../emails/mail-link.ts";
import type { ErrorCode } from "../errors.ts";
import type { Slice } from "../http/cursor.ts";
import type { Idempotency } from "../http/idempotency.ts";
import type { JsonObject } from "../json.ts";

/** Where an invite leads: into an organization, or (`websiteId`) to one website of it. */
export type Destination = { orgId: number; websiteId: number | null };
export type InviteState = "pending" | "accepted" | "revoked" | "expired";
/** As the flows show it and the list reads it. `role`, `invited_by`: null once gone, or out of the caller's sight. */
export type InviteRow = {
  id: number;
  org_id: number;
  website_id: number | null;
  email: string;
  role_id: number;
  role: string | null;
  invited_by_id: number | null;
  invited_by: string | null;
  state: InviteState;
  expires_at: number;
  delivery_state: "queued" | "sent" | "failed";
  delivery_error: string | null;
  created_at: number;
  updated_at: number;
};

/** A repeat under the same Idempotency-Key has no mail: it went out once. */
export type CreateOutcome =
  | { outcome: "created"; invite: InviteRow; mail?: ClaimedMail }
  | { outcome: "idempotency_key_reused" };

type NewInvite = {
  email: string;
  role: string | number;
  lifetimeMs: number;
  link: MailLink;
  idempotency: Idempotency | null;
};

export const createInvite = ({ orgId, websiteId }: Destination, i: NewInvite) =>
  build.execute<{
    outcome: CreateOutcome;
  }>(sql`select app.create_invite(${orgId}::integer, ${websiteId}::integer,
    ${i.email}::text, ${JSON.stringify(i.role)}::jsonb, ${i.lifetimeMs}::bigint, ${i.link.tokenHash}::text,
    ${i.link.secrets}::text, ${i.idempotency?.key ?? null}::text,
    ${sql.param(i.idempotency?.fingerprints ?? null)}::text[]) as outcome`);

export const resendInvite = ({ orgId, websiteId }: Destination, inviteId: number, link: MailLink) =>
  build.execute<{
    outcome: { outcome: "resent"; invite: InviteRow; mail: ClaimedMail };
  }>(sql`select app.resend_invite(${orgId}::integer, ${websiteId}::integer, ${inviteId}::integer,
    ${link.tokenHash}::text, ${link.secrets}::text) as outcome`);

export const revokeInvite = ({ orgId, websiteId }: Destination, inviteId: number) =>
  build.execute(
    sql`select app.revoke_invite(${orgId}::integer, ${websiteId}::integer, ${inviteId}::integer)`,
  );

const { id, org_id, website_id, email, role_id, user_id, state, expires_at } = invite;
const { delivery_state, delivery_error, created_at, updated_at } = invite;
/** All but the token's hash and what the flows alone need, which the tenants' role may not read. */
const shown = {
  ...{ id, org_id, website_id, email, role_id, user_id, state, expires_at },
  ...{ delivery_state, delivery_error, created_at, updated_at },
};

/** By id; one more than `limit` if there are more. Page first: the joins are for these rows alone. */
export const listInvites = ({ orgId, websiteId }: Destination, { after, limit }: Slice) => {
  const organization = [invite.org_id, orgId] as const;
  const place: Place = websiteId === null ? [organization] : [[invite.website_id, websiteId], organization];
  const ofOrganization = websiteId === null ? sql`${isNull(invite.website_id)} and ` : sql``;
  const page = build
    .select(shown)
    .from(invite)
    .where(sql`${ofOrganization}${afterIn(place, invite.id, after)}`)
    .orderBy(...inPlace(place, invite.id))
    .limit(limit + 1)
    .as("page");
  return build
    .select({
      id: page.id,
      org_id: page.org_id,
      website_id: page.website_id,
      email: page.email,
      role_id: page.role_id,
      role: role.name,
      invited_by_id: page.user_id,
      invited_by: user.email,
      state: sql<InviteState>`app.state_of(${page.state}, ${page.expires_at})`,
      expires_at: page.expires_at,
      delivery_state: page.delivery_state,
      delivery_error: page.delivery_error,
      created_at: page.created_at,
      updated_at: page.updated_at,
    })
    .from(page)
    .leftJoin(role, eq(role.id, page.role_id))
    .leftJoin(user, eq(user.id, page.user_id))
    .orderBy(asc(page.id));
};

/** What an open invite offers to the person of its address. */
export type Offer = {
  org_id: number;
  organization: string;
  website: { website_id: number; name: string; url: string } | null;
  role: string;
  invited_by: string;
  email: string;
  account: "none" | "unverified" | "verified";
  expires_at: number;
};
type Closed = Extract<
  ErrorCode,
  | "invite_accepted"
  | "invite_revoked"
  | "invite_expired"
  | "invite_void"
  | "already_member"
  | "organization_suspended"
  | "user_suspended"
>;
type Link = { inviteId: number; tokenHash: string };

/** `sessionId`: of the access token that came along; null: none did. */
type Visit = Link & { sessionId: number | null };

export const isOver = (sessionId: number) => sql`app.is_over(${sessionId}::bigint)`;

export type LookOutcome = { outcome: "open"; offer: Offer } | { outcome: Closed | "session_ended" };

export const lookAtInvite = ({ inviteId, tokenHash, sessionId }: Visit) =>
  sql`app.look_at_invite(${inviteId}::integer, ${tokenHash}::text, ${sessionId}::bigint)`;

export type AcceptOutcome =
  | { outcome: "accepted"; created: boolean; user_id: number; offer: Offer }
  | { outcome: "password_needed"; offer: Offer }
  | { outcome: Closed | "session_ended" };

type Acceptance = Visit & {
  email: string;
  /** Null: none was given, or one that may not be set. */
  passwordHash: string | null;
  profile: JsonObject;
};

export const acceptInvite = (a: Acceptance) =>
  sql`app.accept_invite(${a.inviteId}::integer, ${a.tokenHash}::text, ${a.email}::text, ${a.passwordHash}::text,
    ${JSON.stringify(a.profile)}::jsonb, ${a.sessionId}::bigint)`;
