// The legs of the journey that count and govern: statistics, and what platform admins do.
import type { Ask, Walk } from "./ask.ts";
import { newCaller, newUser } from "./client.ts";

/** Of the walker's own organization. */
export async function statistics(me: Ask, { org_id }: { org_id: number }): Promise<void> {
  const query = `?org_id=${org_id}`;
  for (const list of ["role-wise-users", "org-wise-members", "org-role-wise-users", "membership-growth"]) {
    await me(`GET /stats/${list}`, { query });
  }
}

/** Somebody whom the command line makes a platform admin, and whom and what they suspend and restore. */
export async function operator({ url, owner, as }: Walk): Promise<void> {
  const { token, user_id } = await newCaller(url);
  await owner.query(`update "user" set platform_admin = true where id = $1`, [user_id]);
  const other = await newUser(url);
  const admin = as(token);
  await admin("GET /admin/organizations");
  await admin("GET /admin/users", { query: `?q=${other.email}` });
  for (const change of ["suspend", "restore"]) {
    await admin(`POST /admin/organizations/:org_id/${change}`, { params: { org_id: other.org_id } });
    await admin(`POST /admin/users/:user_id/${change}`, { params: { user_id: other.user_id } });
  }
}
