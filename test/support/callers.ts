// Signed-in people as the runner of src/db/tenant.ts takes them, and rows that put them into organizations.
import { env } from "cloudflare:test";
import { configOf } from "../../src/config.ts";
import { Database } from "../../src/db/client.ts";
import type { Caller } from "../../src/db/tenant.ts";
import { owner } from "./owner.ts";
import type { SignedIn } from "./people.ts";

/** The database as one request sees it. */
export const database = () => new Database(configOf(env), { requestId: "test", ip: "192.0.2.1" });

export const callerOf = (person: SignedIn, orgId: number | null = null): Caller => ({
  userId: person.user_id,
  sessionId: person.session_id,
  email: person.email,
  orgId,
});

/** Makes a person a member; `permissions` in place of a system role's name gives them a role of their own. */
export async function joins(
  person: SignedIn,
  orgId: number,
  {
    role = "member",
    permissions,
    status = 0,
  }: { role?: string; permissions?: string[]; status?: number } = {},
): Promise<void> {
  const name = permissions ? `custom ${person.user_id}` : role;
  if (permissions)
    await owner("insert into role (org_id, name, scope, permissions) values ($1, $2, 'organization', $3)", [
      orgId,
      name,
      permissions,
    ]);
  await owner(
    `insert into member (org_id, user_id, role_id, status)
     select org_id, $2, id, $3 from role where org_id = $1 and name = $4`,
    [orgId, person.user_id, status, name],
  );
}
