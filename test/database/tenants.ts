// Two tenants with everything that could leak from one to the other. Accounts, organizations and sessions come
// from the flow functions that the Worker calls; the rest from the owner.
//   ann   owns Acme          bob   owns Globex         cat   is a member of both
//   dan   is a suspended member of Acme                gus   is a guest of Acme's website, and no member
import type pg from "pg";
import { afterAll } from "vitest";
import { migratedDatabase, type Scratch } from "./scratch.ts";

export type Person = { userId: number; sessionId: number; email: string };
export type Tenant = { orgId: number; websiteId: number; roles: Record<string, number> };
export type Tenants = Record<"ann" | "bob" | "cat" | "dan" | "gus", Person> & {
  acme: Tenant;
  globex: Tenant;
};

/** Each tenant table, with the column that says whose a row is. */
export const tenantTables = {
  user: "id",
  session: "user_id",
  organisation: "id",
  member: "org_id",
  role: "org_id",
  website: "org_id",
  website_member: "org_id",
  invite: "org_id",
  audit_event: "org_id",
} as const;
export type TenantTable = keyof typeof tenantTables;
export const tenantTableNames = Object.keys(tenantTables) as TenantTable[];

const monthMs = 30 * 86_400_000;
/** As the Worker makes them; of no password. */
export const passwordHash = `$pbkdf2-sha256-chain$v=1,i=1000$${"A".repeat(22)}$${"A".repeat(43)}`;

export async function call<T>(client: pg.Client, flow: string, params: unknown[]): Promise<T> {
  const { rows } = await client.query<{ outcome: T }>(`select app.${flow} as outcome`, params);
  return rows[0]?.outcome as T;
}

export async function startSession(service: pg.Client, userId: number): Promise<number> {
  const { session_id } = await call<{ session_id: number }>(
    service,
    "start_session($1, 1, null, 0, null, $2, $3, $3, 'agent', '192.0.2.1', 'Here', '{}')",
    [userId, `refresh ${crypto.randomUUID()}`, monthMs],
  );
  return session_id;
}

async function signUp(service: pg.Client, name: string): Promise<Person & { orgId: number }> {
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@example.com`;
  const made = await call<{ user_id: number; org_id: number }>(
    service,
    `sign_up($1, $2, '{}', $3, '{}', '{"ip": "192.0.2.1"}', $4, 9000000000000, 'sealed', null, '{}')`,
    [email, passwordHash, `${name}'s`, `verify ${email}`],
  );
  return {
    userId: made.user_id,
    sessionId: await startSession(service, made.user_id),
    email,
    orgId: made.org_id,
  };
}

export async function tenantOf(owner: pg.Client, orgId: number): Promise<Tenant> {
  const { rows } = await owner.query<{ id: number; name: string }>(
    "select id, name from role where org_id = $1",
    [orgId],
  );
  const website = await owner.query<{ id: number }>(
    "insert into website (org_id, name, url) values ($1, 'Shop', 'https://shop.example') returning id",
    [orgId],
  );
  const roles = Object.fromEntries(rows.map((role) => [role.name, role.id]));
  return { orgId, websiteId: website.rows[0]?.id ?? 0, roles };
}

export async function joins(
  owner: pg.Client,
  person: Person,
  tenant: Tenant,
  role = "member",
  status = 0,
): Promise<void> {
  await owner.query("insert into member (org_id, user_id, role_id, status) values ($1, $2, $3, $4)", [
    tenant.orgId,
    person.userId,
    tenant.roles[role],
    status,
  ]);
}

export async function joinsWebsite(
  owner: pg.Client,
  person: Person,
  tenant: Tenant,
  role = "website_user",
): Promise<void> {
  await owner.query(
    "insert into website_member (website_id, org_id, user_id, role_id) values ($1, $2, $3, $4)",
    [tenant.websiteId, tenant.orgId, person.userId, tenant.roles[role]],
  );
}

/** A pending invite and a settled one, to the organization and to its website each. */
async function invites(owner: pg.Client, inviter: Person, tenant: Tenant): Promise<void> {
  for (const [websiteId, role] of [
    [null, tenant.roles.member],
    [tenant.websiteId, tenant.roles.website_user],
  ])
    await owner.query(
      `insert into invite (token, user_id, org_id, website_id, email, role_id, state, lifetime_ms, expires_at, settled_at)
        select gen_random_uuid(), $1, $2, $3, gen_random_uuid() || '@example.com', $4, state, 600000, 9000000000000, settled_at
        from (values ('pending', null), ('accepted', 1)) made (state, settled_at)`,
      [inviter.userId, tenant.orgId, websiteId, role],
    );
}

export async function twoTenants({ owner }: Scratch, service: pg.Client): Promise<Tenants> {
  const ann = await signUp(service, "ann");
  const bob = await signUp(service, "bob");
  const [cat, dan, gus] = [
    await signUp(service, "cat"),
    await signUp(service, "dan"),
    await signUp(service, "gus"),
  ];
  const acme = await tenantOf(owner, ann.orgId);
  const globex = await tenantOf(owner, bob.orgId);
  // These three are here for what they are in somebody else's organization.
  await owner.query("delete from organisation where id = any ($1)", [[cat.orgId, dan.orgId, gus.orgId]]);
  await joins(owner, cat, acme);
  await joins(owner, cat, globex);
  await joins(owner, dan, acme, "admin", 1);
  await joinsWebsite(owner, gus, acme);
  await joinsWebsite(owner, bob, globex, "website_admin");
  await invites(owner, ann, acme);
  await invites(owner, bob, globex);
  return { ann, bob, cat, dan, gus, acme, globex };
}

/** What the Worker sends first: step into app_tenant as this person, in the open transaction. */
export async function enter(
  client: pg.Client,
  { userId, sessionId }: Person,
  orgId: number | null = null,
): Promise<void> {
  await client.query(
    "select set_config('role', 'app_tenant', true) from app.enter($1, $2, $3, 'request', '192.0.2.1')",
    [sessionId, userId, orgId],
  );
}

/** A migrated database with two tenants, for the tests of one file, and dropped after them. */
export async function tenantsDatabase() {
  const scratch = await migratedDatabase();
  afterAll(() => scratch.drop());
  const service = await scratch.connect("service");
  return { scratch, owner: scratch.owner, service, tenants: await twoTenants(scratch, service) };
}
