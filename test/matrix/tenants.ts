// Tenants as the matrix needs them: two websites, roles of their own, secrets in whatever a stranger may not see; what to
// act upon in them; and a digest of all that belongs to one.
import { permissions } from "../../src/permissions.ts";
import { itsMailTokens } from "../support/mail-token-row.ts";
import { owner } from "../support/owner.ts";

/** Words that stand in rows of the organization, of its website `shop` with its people, and of its website `blog`. */
export type Secrets = { org: string; shop: string; blog: string };
export type Tenant = {
  org_id: number;
  shop: number;
  blog: number;
  roles: Record<string, number>;
  secrets: Secrets;
};

export const everyPermission = Object.entries(permissions).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}`),
);

/** Beside the five system roles. Those that are empty are below everybody, `above admin` is an owner's to give. */
const customRoles = {
  holder: [],
  lacker: [],
  empty: [],
  "also empty": [],
  "above admin": ["organization:delete"],
} as Record<string, string[]>;

/** A tenant with its founder as owner. */
export async function foundTenant(founderId: number, secrets: Secrets): Promise<Tenant> {
  const note = (secret: string) => JSON.stringify({ note: secret });
  const [founded] = await owner("select app.found_organization($1, 'Tenant', $2, false) as org_id", [
    founderId,
    note(secrets.org),
  ]);
  const org_id = Number(founded?.org_id);
  await owner(
    `insert into role (org_id, name, description, scope, permissions)
     select $1, name, $2, scope, permissions
     from jsonb_to_recordset($3) as r (name text, scope text, permissions text[])`,
    [
      org_id,
      secrets.org,
      JSON.stringify([
        ...Object.entries(customRoles).map(([name, held]) => ({
          name,
          scope: "organization",
          permissions: held,
        })),
        { name: "empty website", scope: "website", permissions: [] },
        { name: "also empty website", scope: "website", permissions: [] },
      ]),
    ],
  );
  const [roles, sites] = await Promise.all([
    owner("select name, id from role where org_id = $1", [org_id]),
    owner(
      `insert into website (org_id, name, url, settings)
       values ($1, 'Shop', $4, $2), ($1, 'Blog', $5, $3)
       returning name, id`,
      [
        org_id,
        note(secrets.shop),
        note(secrets.blog),
        `https://shop.example/${secrets.shop}`,
        `https://blog.example/${secrets.blog}`,
      ],
    ),
    named(founderId, secrets.org),
    owner("update member set settings = $2 where org_id = $1", [org_id, note(secrets.org)]),
  ]);
  const site = (name: string) => Number(sites.find((row) => row.name === name)?.id);
  return {
    org_id,
    shop: site("Shop"),
    blog: site("Blog"),
    roles: Object.fromEntries(roles.map((row) => [row.name, Number(row.id)])),
    secrets,
  };
}

/** Makes `holder` the role of this permission alone, and `lacker` that of every other one. */
export async function lend(tenant: Tenant, needs: string): Promise<void> {
  await owner("update role set permissions = $2 where id = $1", [
    tenant.roles.holder,
    everyPermission.filter((permission) => permission === needs),
  ]);
  await owner("update role set permissions = $2 where id = $1", [
    tenant.roles.lacker,
    everyPermission.filter((permission) => permission !== needs),
  ]);
}

/** Lists show a person's name: it tells whose people they are. */
const named = (userId: number, name: string) =>
  owner(`update "user" set profile = jsonb_build_object('name', $2::text) where id = $1`, [userId, name]);

const one = async (query: string, params: unknown[]) => Number((await owner(query, params))[0]?.id);

/** An account that nobody signs in to. */
export const newUser = (name = "extra") =>
  one(`insert into "user" (email, password) values ($1, 'none') returning id`, [
    `${name}-${crypto.randomUUID()}@example.com`,
  ]);

export async function newMember(
  { org_id, roles, secrets }: Tenant,
  { userId, role = "empty", status = 0 }: { userId?: number; role?: string; status?: number } = {},
): Promise<number> {
  const user_id = userId ?? (await newUser());
  if (userId === undefined) await named(user_id, secrets.org);
  await owner("insert into member (org_id, user_id, role_id, status, settings) values ($1, $2, $3, $4, $5)", [
    org_id,
    user_id,
    roles[role],
    status,
    JSON.stringify({ note: secrets.org }),
  ]);
  return user_id;
}

export async function newWebsiteMember(
  { org_id, roles, secrets, shop }: Tenant,
  {
    userId,
    role = "empty website",
    status = 0,
    website = shop,
  }: { userId?: number; role?: string; status?: number; website?: number } = {},
): Promise<number> {
  const user_id = userId ?? (await newUser());
  if (userId === undefined) await named(user_id, website === shop ? secrets.shop : secrets.blog);
  await owner(
    `insert into website_member (website_id, org_id, user_id, role_id, status, settings)
     values ($1, $2, $3, $4, $5, $6)`,
    [
      website,
      org_id,
      user_id,
      roles[role],
      status,
      JSON.stringify({ note: website === shop ? secrets.shop : secrets.blog }),
    ],
  );
  return user_id;
}

export const newRole = ({ org_id, secrets }: Tenant, held: string[] = []) =>
  one(
    `insert into role (org_id, name, description, scope, permissions)
     values ($1, $2, $3, 'organization', $4) returning id`,
    [org_id, `role ${crypto.randomUUID()}`, secrets.org, held],
  );

/** A website like the shop, with the same people. */
export const newWebsite = ({ shop }: Tenant) =>
  one(
    `with site as (
       insert into website (org_id, name, url, settings) select org_id, name, url, settings from website where id = $1
       returning id, org_id
     ), people as (
       insert into website_member (website_id, org_id, user_id, role_id, status)
       select site.id, site.org_id, w.user_id, w.role_id, w.status from site, website_member w where w.website_id = $1
     )
     select id from site`,
    [shop],
  );

/** Every row of a tenant, as a digest for each table; of its people the sessions and their tokens too. */
export async function digestOf(org_id: number): Promise<Record<string, string>> {
  const [row] = await owner(
    `with people as (
       select user_id as id from member where org_id = $1 union
       select user_id from website_member where org_id = $1
     ), sessions as (select s.* from session s where s.user_id in (select id from people)),
     whole (name, line) as (
       select 'organisation', t::text from organisation t where id = $1
       union all select 'member', t::text from member t where org_id = $1
       union all select 'role', t::text from role t where org_id = $1
       union all select 'website', t::text from website t where org_id = $1
       union all select 'website_member', t::text from website_member t where org_id = $1
       union all select 'invite', t::text from invite t where org_id = $1
       union all select 'outbox', t::text from outbox t where id in (select mail_id from invite where org_id = $1)
       union all select 'audit_event', t::text from audit_event t where org_id = $1
       union all select 'user', t::text from "user" t where id in (select id from people)
       union all select 'session', t::text from sessions t
       union all select 'mail_token', t::text from mail_token t join "user" u on ${itsMailTokens}
         where u.id in (select id from people)
       union all select 'refresh_token', t::text from refresh_token t where session_id in (select id from sessions)
     ), digests as (
       select name, count(*) || ' rows, ' || md5(string_agg(line, '|' order by line)) as digest from whole group by name
     )
     select jsonb_object_agg(name, digest) as digests from digests`,
    [org_id],
  );
  return row?.digests ?? {};
}
