// Invites as the matrix needs them, to act upon.
import { owner } from "../support/owner.ts";
import type { Tenant } from "./tenants.ts";

export type Sent = {
  role?: string;
  website?: number;
  state?: "pending" | "accepted" | "revoked";
  email?: string;
};

/** An invite by the tenant's first member, to an address that holds the place's secret. */
export async function newInvite(
  { org_id, roles, secrets, shop }: Tenant,
  { website, state = "pending", ...sent }: Sent = {},
): Promise<number> {
  const secret = website === undefined ? secrets.org : website === shop ? secrets.shop : secrets.blog;
  const { role = website === undefined ? "empty" : "empty website" } = sent;
  const { email = `${secret}@${crypto.randomUUID()}.example` } = sent;
  const [row] = await owner(
    `insert into invite (token, user_id, org_id, website_id, email, role_id, state, lifetime_ms, expires_at, settled_at)
     select $6, (select user_id from member where org_id = $1 order by id limit 1), $1, $2, $3, $4, $5, 3600000,
       app.now_ms() + 3600000, case when $5 <> 'pending' then app.now_ms() end
     returning id`,
    [org_id, website ?? null, email, roles[role], state, crypto.randomUUID()],
  );
  return Number(row?.id);
}

export async function emailOf(table: "user" | "invite", id: number): Promise<string> {
  const [row] = await owner(`select email from "${table}" where id = $1`, [id]);
  return row?.email ?? "";
}

/** Invites are sent by people with a confirmed address. */
export const confirmAddresses = (userIds: number[], confirmed = true) =>
  owner(`update "user" set email_verified_at = $2 where id = any ($1)`, [userIds, confirmed ? 1 : null]);
