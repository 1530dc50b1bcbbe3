// Links that mails bring: as people get them (an endpoint, the mailbox), and, where only the link matters, straight from
// rows of the database.
import { expect } from "vitest";
import { configOf } from "../../src/config.ts";
import { type MailTokenKind, newMailSecret, sealMailToken } from "../../src/crypto/tokens.ts";
import { ask, type Body, bindings, call } from "./app.ts";
import { insertMailToken } from "./mail-token-row.ts";
import { owner } from "./owner.ts";
import { linkIn, mailsTo, newEmail, type Person, type SignedIn, signedIn } from "./people.ts";

const keys = () => configOf(bindings()).SEALING_KEYS;

/** The person's address is confirmed; without that nobody invites. */
export async function confirm<P extends Person>(person: P): Promise<P> {
  await owner(
    `update "user" set email_verified_at = coalesce(email_verified_at, 1), origin = '{}' where id = $1`,
    [person.user_id],
  );
  return person;
}

/** A new person, signed in, whose address is confirmed. */
export const confirmed = async (overrides: Record<string, unknown> = {}): Promise<SignedIn> =>
  confirm(await signedIn(overrides));

type Sealing = { email?: string; lifetimeMs?: number; inviteId?: number };

/** A token that no mail brought and no row knows. */
export async function strayToken(
  kind: MailTokenKind,
  { email = newEmail("stray"), lifetimeMs = 60_000, inviteId = 0 }: Sealing = {},
): Promise<string> {
  const { id } = await newMailSecret();
  return sealMailToken(keys(), kind, { id, email, expiresAt: Date.now() + lifetimeMs, inviteId });
}

/** The token of a link that this account could have been sent. */
export async function mailToken(
  kind: "verify" | "reset",
  { email, user_id }: Pick<Person, "email" | "user_id">,
  lifetimeMs = 60_000,
): Promise<string> {
  const { id, tokenHash } = await newMailSecret();
  const expiresAt = Date.now() + lifetimeMs;
  await owner(insertMailToken, [tokenHash, kind, user_id, expiresAt]);
  return sealMailToken(keys(), kind, { id, email, expiresAt });
}

type Offered = { email?: string; role?: string; websiteId?: number | null; lifetimeMs?: number };
export type Link = { invite_id: number; email: string; token: string };

/** The link of an invite from this person, who may invite from now on, to their organization or a website of it. */
export async function inviteFrom(
  { user_id, org_id }: Pick<Person, "user_id" | "org_id">,
  { email = newEmail("invited"), role, websiteId = null, lifetimeMs = 600_000 }: Offered = {},
): Promise<Link> {
  const { id, tokenHash } = await newMailSecret();
  const expiresAt = Date.now() + lifetimeMs;
  const [row] = await owner(
    `with inviter as (
       update "user" set email_verified_at = coalesce(email_verified_at, 1) where id = $2 returning id)
     insert into invite (token, user_id, org_id, website_id, email, role_id, lifetime_ms, expires_at)
     select $1, inviter.id, $3, $4, $5, role.id, $6, $7 from inviter, role where role.org_id = $3 and role.name = $8
     returning id`,
    [
      tokenHash,
      user_id,
      org_id,
      websiteId,
      email,
      Math.max(1, lifetimeMs),
      expiresAt,
      role ?? (websiteId === null ? "member" : "website_user"),
    ],
  );
  const token = await sealMailToken(keys(), "invite", { id, email, expiresAt, inviteId: row?.id });
  return { invite_id: row?.id, email, token };
}

/** The invites of an organization, or of a website of it. */
export const invitesPath = (orgId: number, websiteId: number | null = null) =>
  `/organizations/${orgId}${websiteId === null ? "" : `/websites/${websiteId}`}/invites`;

type Asked = { email?: string; role?: string | number; expires_in?: number; websiteId?: number | null };

/** Sends an invite as this person does, and takes its link from the mailbox. */
export async function invite(
  person: SignedIn,
  { websiteId = null, ...asked }: Asked = {},
): Promise<Link & { invite: Body }> {
  const json = { email: newEmail("invited"), role: websiteId === null ? "member" : "website_user", ...asked };
  const { status, body } = await ask(invitesPath(person.org_id, websiteId), { token: person.access, json });
  if (status !== 201) throw new Error(`the invite was answered ${status}: ${JSON.stringify(body)}`);
  const token = await tokenOfMail(json.email, "accept-invite");
  return { invite_id: body.invite_id, email: json.email, token, invite: body };
}

type Page = "verify-email" | "accept-invite" | "reset-password";

/** The token of the newest mail to this address whose link opens this page. */
export async function tokenOfMail(email: string, page: Page): Promise<string> {
  const token = (await mailsTo(email)).map((mail) => linkIn(mail, page)).find((link) => link !== null);
  if (!token) throw new Error(`no mail with ${page} for ${email}`);
  return token;
}

/** Asks for a reset as anybody may, and takes the link from the mailbox. */
export async function resetToken(email: string): Promise<string> {
  const { status } = await ask("/forgot-password", { json: { email } });
  expect(status).toBe(202);
  return tokenOfMail(email, "reset-password");
}

const formType = { "content-type": "application/x-www-form-urlencoded" };

/** Sends the form of a page. */
export const submit = (path: string, fields: Record<string, string>): Promise<Response> =>
  call(path, { method: "POST", headers: formType, body: new URLSearchParams(fields).toString() });
