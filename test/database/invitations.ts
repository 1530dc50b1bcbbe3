// Invites as tests make and use them: by the flows that the Worker calls, or put there by hand.
import type pg from "pg";
import { outcomeOf, type Statement } from "./society.ts";
import { type Person, passwordHash, type Tenant } from "./tenants.ts";

export type Invite = { inviteId: number; tokenHash: string; email: string };
type Offer = { email?: string; role?: string | number; onWebsite?: boolean };

export const newAddress = () => `${crypto.randomUUID()}@example.com`;
const websiteOf = (tenant: Tenant, onWebsite?: boolean) => (onWebsite ? tenant.websiteId : null);

/** What the Worker sends to invite somebody, for ten minutes. */
export function create(tenant: Tenant, { email, role, onWebsite }: Offer = {}): Statement {
  return {
    text: "select app.create_invite($1, $2, $3, $4, 600000, $5, 'sealed', null, null) as outcome",
    values: [
      tenant.orgId,
      websiteOf(tenant, onWebsite),
      email ?? newAddress(),
      JSON.stringify(role ?? (onWebsite ? "website_user" : "member")),
      crypto.randomUUID(),
    ],
  };
}

export const resend = (
  tenant: Tenant,
  { inviteId }: Invite,
  onWebsite = false,
  tokenHash: string = crypto.randomUUID(),
): Statement => ({
  text: "select app.resend_invite($1, $2, $3, $4, 'sealed') as outcome",
  values: [tenant.orgId, websiteOf(tenant, onWebsite), inviteId, tokenHash],
});

export const revoke = (tenant: Tenant, { inviteId }: Invite, onWebsite = false): Statement => ({
  text: "select app.revoke_invite($1, $2, $3) as outcome",
  values: [tenant.orgId, websiteOf(tenant, onWebsite), inviteId],
});

export const accept = ({ inviteId, tokenHash, email }: Invite, password: string | null = passwordHash) => ({
  text: "select app.accept_invite($1, $2, $3, $4, '{}', null) as outcome",
  values: [inviteId, tokenHash, email, password],
});

/** Accepts on a connection of the Worker's: "accepted", or why not. */
export const accepting = (client: pg.Client, invite: Invite, password?: string | null) =>
  outcomeOf(client.query(accept(invite, password)));

/** A pending invite from this person, put there by hand. */
export async function invited(
  owner: pg.Client,
  inviter: Person,
  tenant: Tenant,
  {
    email = newAddress(),
    role,
    onWebsite,
    expiresAt = 9_000_000_000_000,
  }: Offer & { expiresAt?: number } = {},
): Promise<Invite> {
  const tokenHash = crypto.randomUUID();
  const roleId =
    typeof role === "number" ? role : tenant.roles[role ?? (onWebsite ? "website_user" : "member")];
  const { rows } = await owner.query<{ id: number }>(
    `insert into invite (token, user_id, org_id, website_id, email, role_id, lifetime_ms, expires_at)
      values ($1, $2, $3, $4, $5, $6, 600000, $7) returning id`,
    [tokenHash, inviter.userId, tenant.orgId, websiteOf(tenant, onWebsite), email, roleId, expiresAt],
  );
  return { inviteId: rows[0]?.id ?? 0, tokenHash, email };
}

export async function stateOf(owner: pg.Client, { inviteId }: Invite): Promise<string | undefined> {
  const { rows } = await owner.query<{ state: string }>("select state from invite where id = $1", [inviteId]);
  return rows[0]?.state;
}

export const membershipsOf = async (owner: pg.Client, email: string) =>
  (
    await owner.query(
      `select m.org_id, null::integer as website_id from member m join "user" u on u.id = m.user_id where u.email = $1
        union all select w.org_id, w.website_id from website_member w join "user" u on u.id = w.user_id where u.email = $1`,
      [email],
    )
  ).rows;
