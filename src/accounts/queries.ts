// Statements and flow calls of accounts. Flows are functions of the database (rules/2-flows).
import { asc, eq, sql } from "drizzle-orm";
import type { MailTokenKind } from "../crypto/tokens.ts";
import { build } from "../db/client.ts";
import { patched } from "../db/json.ts";
import { member, organisation, role, user, website, websiteMember } from "../db/schema.ts";
import type { ClaimedMail } from "../emails/claimed-mail.ts";
import type { JsonObject } from "../json.ts";
import type { ExpiringLink } from "./links.ts";

/** A repeat under the same Idempotency-Key has no mail: it went out once. `mail_withheld`: nor has an address that got too many. */
export type SignUpOutcome =
  | {
      outcome: "created";
      user_id: number;
      org_id: number;
      mail?: ClaimedMail | null;
      mail_withheld?: boolean;
    }
  | { outcome: "email_taken" | "idempotency_key_reused" };

type NewAccount = {
  email: string;
  passwordHash: string;
  profile: JsonObject;
  organizationName: string;
  organizationSettings: JsonObject;
  origin: JsonObject;
  link: ExpiringLink;
  idempotency: { key: string; fingerprints: string[] } | null;
};

export const signUp = (a: NewAccount) =>
  sql`app.sign_up(${a.email}::text, ${a.passwordHash}::text, ${JSON.stringify(a.profile)}::jsonb,
    ${a.organizationName}::text, ${JSON.stringify(a.organizationSettings)}::jsonb,
    ${JSON.stringify(a.origin)}::jsonb, ${a.link.tokenHash}::text, ${a.link.expiresAt}::bigint, ${a.link.secrets}::text,
    ${a.idempotency?.key ?? null}::text, ${sql.param(a.idempotency?.fingerprints ?? null)}::text[])`;

/** A token's hash, and the address that it was sent to. */
type Link = { tokenHash: string; email: string };
/** `locked`: a disowned account that could not be removed. */
export type LinkOutcome = { outcome: "verified" | "removed" | "locked" | "token_spent" };
/** `superseded`: a newer link has replaced it; it may still disown the account. */
export type LookOutcome =
  | {
      outcome: "open" | "superseded";
      made_at: number;
      origin: { ip?: string; place?: string; device?: string };
      organization: string | null;
    }
  | { outcome: "token_spent" };

export const lookAtMailToken = (kind: MailTokenKind, { tokenHash, email }: Link) =>
  sql`app.look_at_mail_token(${tokenHash}::text, ${kind}::text, ${email}::text)`;

export const verifyEmail = ({ tokenHash, email }: Link) =>
  sql`app.verify_email(${tokenHash}::text, ${email}::text)`;

export const denySignUp = ({ tokenHash, email }: Link) =>
  sql`app.deny_sign_up(${tokenHash}::text, ${email}::text)`;

export const resendVerification = ({ tokenHash, expiresAt, secrets }: ExpiringLink) =>
  build.execute<{
    outcome: { outcome: "sent"; mail: ClaimedMail } | { outcome: "already_verified" };
  }>(
    sql`select app.resend_verification(${tokenHash}::text, ${expiresAt}::bigint, ${secrets}::text) as outcome`,
  );

/** Without a mail: nobody has the address, or (`withheld`) it got too many. */
export type ResetRequest = { mail?: ClaimedMail; withheld?: boolean };

export const requestReset = (
  email: string,
  { tokenHash, expiresAt, secrets }: ExpiringLink,
  asked: JsonObject,
) =>
  sql`app.request_reset(${email}::text, ${tokenHash}::text, ${expiresAt}::bigint, ${JSON.stringify(asked)}::jsonb,
    ${secrets}::text)`;

export type ResetOutcome = { outcome: "reset"; mail: ClaimedMail } | { outcome: "token_spent" };

export const resetPassword = (r: Link & { passwordHash: string; alert: JsonObject }) =>
  sql`app.reset_password(${r.tokenHash}::text, ${r.email}::text, ${r.passwordHash}::text,
    ${JSON.stringify(r.alert)}::jsonb)`;

const ownColumns = {
  id: user.id,
  email: user.email,
  profile: user.profile,
  settings: user.settings,
  email_verified_at: user.email_verified_at,
  created_at: user.created_at,
  updated_at: user.updated_at,
};

export const findAccount = (userId: number) => build.select(ownColumns).from(user).where(eq(user.id, userId));

export const listMemberships = (userId: number) =>
  build
    .select({ org_id: member.org_id, name: organisation.name, role: role.name })
    .from(member)
    .innerJoin(organisation, eq(organisation.id, member.org_id))
    .innerJoin(role, eq(role.id, member.role_id))
    .where(sql`${member.user_id} = ${userId} and ${member.status} = 0`)
    .orderBy(asc(member.id));

export const listGuestWebsites = (userId: number) =>
  build
    .select({
      website_id: website.id,
      org_id: website.org_id,
      organization: sql<string>`guest_org.name`,
      name: website.name,
      url: website.url,
      role: role.name,
    })
    .from(websiteMember)
    .innerJoin(website, eq(website.id, websiteMember.website_id))
    .innerJoin(role, eq(role.id, websiteMember.role_id))
    .innerJoin(sql`app.guest_org_names() guest_org`, sql`guest_org.org_id = ${website.org_id}`)
    .where(sql`${websiteMember.user_id} = ${userId} and ${websiteMember.status} = 0`)
    .orderBy(asc(websiteMember.id));

/** Merges the patches into profile and settings; an empty one changes nothing. */
export const changeAccount = (
  userId: number,
  { profile = {}, settings = {} }: { profile?: JsonObject | undefined; settings?: JsonObject | undefined },
) =>
  build
    .update(user)
    .set({
      profile: patched(user.profile, profile),
      settings: patched(user.settings, settings),
    })
    .where(eq(user.id, userId))
    .returning({ id: user.id });

export type PasswordCheck =
  | { attempt_at: number; password_hash: string; credential_version: number }
  | { retry_after_seconds: number };

export const beginPasswordCheck = () =>
  build.execute<{ outcome: PasswordCheck }>(sql`select app.begin_password_check() as outcome`);

export type PasswordChange =
  | { outcome: "changed"; mail: ClaimedMail | null }
  | { outcome: "refused" | "invalid_credentials" };

export const changePassword = (change: {
  credentialVersion: number;
  attemptAt: number;
  /** null: the new one may not be set. */
  passwordHash: string | null;
  alert: JsonObject;
}) =>
  build.execute<{
    outcome: PasswordChange;
  }>(sql`select app.change_password(${change.credentialVersion}::integer,
    ${change.attemptAt}::bigint, ${change.passwordHash}::text, ${JSON.stringify(change.alert)}::jsonb) as outcome`);

export type AccountDeletion =
  | { outcome: "deleted" | "invalid_credentials" | "organization_suspended" }
  | { outcome: "sole_owner"; organizations: { org_id: number; name: string }[] };

export const deleteAccount = (deletion: { credentialVersion: number; attemptAt: number }) =>
  build.execute<{
    outcome: AccountDeletion;
  }>(sql`select app.delete_account(${deletion.credentialVersion}::integer,
    ${deletion.attemptAt}::bigint) as outcome`);
