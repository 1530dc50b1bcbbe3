// The rules of roles. system_role (TN409; trigger role_immutable): of the five that an organization is born with only the
// description changes. permissions_unfit (TN422; role_permissions): a role holds what the catalogue knows for its scope.
// role_in_use (TN409): a role that somebody holds stays. And no role crosses organizations or scopes.
import { expect, test } from "vitest";
import { permissions, systemRoles } from "../../src/permissions.ts";
import { undone } from "./scratch.ts";
import { type Company, outcomeOf, type Statement, society, tryOut } from "./society.ts";

const { owner, service, company, member, guest, role } = await society();
const catalogue = Object.entries(permissions).flatMap(([of, actions]) =>
  actions.map((action) => `${of}:${action}`),
);
const ofWebsites = systemRoles.find((known) => known.name === "website_admin")?.permissions as string[];

const byHand = (effect: Statement) => undone(owner, () => outcomeOf(owner.query(effect)));
const inFlow = (org: Company, effect: Statement) =>
  undone(owner, async () => {
    await owner.query("select set_config('app.user_id', $1, true)", [String(org.owner.userId)]);
    return outcomeOf(owner.query(effect));
  });
/** The outcomes on every path: an owner at the tables, an owner in a flow, the database's owner. */
const everywhere = async (org: Company, effect: Statement) => [
  await tryOut(service, org.owner, org.orgId, effect),
  await inFlow(org, effect),
  await byHand(effect),
];
const all = (outcome: string) => [outcome, outcome, outcome];

test.each(systemRoles)("of the system role $name only the description changes", async ({ name, scope }) => {
  const org = await company();
  const elsewhere = await company(org.owner);
  const id = org.roles[name];
  const update = (set: string) => `update role set ${set} where id = ${id}`;
  const other = scope === "website" ? "organization" : "website";
  for (const effect of [
    update("name = 'renamed'"),
    update(`name = '${name.toUpperCase()}'`),
    update("permissions = '{}'"),
    update("permissions = permissions[2:]"),
    update(`scope = '${other}'`),
    update("name = 'renamed', description = 'new'"),
    `delete from role where id = ${id}`,
  ])
    expect(await everywhere(org, effect), effect).toEqual(all("TN409 system_role"));
  for (const set of ["system = false", `org_id = ${elsewhere.orgId}`]) {
    const [atTable, ...rest] = await everywhere(org, update(set));
    expect([atTable, rest], set).toEqual(["42501", ["TN409 system_role", "TN409 system_role"]]);
  }
  for (const set of [
    "description = 'new'",
    "name = name, permissions = permissions, description = ''",
    // The same set in another order.
    "permissions = array(select p from unnest(permissions) p order by p desc)",
  ])
    expect(await everywhere(org, update(set)), set).toEqual(all("done 1"));
});

test("no other role becomes one of the system's", async () => {
  const org = await company();
  const id = org.roles[await role(org, [])];
  const [, ...rest] = await everywhere(org, `update role set system = true where id = ${id}`);
  expect(rest).toEqual(["TN409 system_role", "TN409 system_role"]);
  const make = `insert into role (org_id, name, scope, system) values (${org.orgId}, 'mine', 'organization', true)`;
  expect(await tryOut(service, org.owner, org.orgId, make)).toBe("42501");
});

test("the catalogue is the same in the service and in the database", async () => {
  const { rows } = await owner.query<{ scope: string; permissions: string[] }>(
    "select scope, array_agg(distinct p order by p) as permissions from app.system_roles(), unnest(permissions) p group by 1",
  );
  const known = Object.fromEntries(rows.map((row) => [row.scope, row.permissions]));
  expect(known).toEqual({ organization: [...catalogue].sort(), website: [...ofWebsites].sort() });
});

test.each([
  ["organization", catalogue],
  ["website", ofWebsites],
])("a role for an %s holds any permission that such a place knows, and no other", async (scope, fit) => {
  const org = await company();
  const make = (list: string[]) => ({
    text: "insert into role (org_id, name, scope, permissions) values ($1, 'new', $2, $3)",
    values: [org.orgId, scope, list],
  });
  for (const list of [[], fit, ...fit.map((permission) => [permission])])
    expect(await everywhere(org, make(list)), String(list)).toEqual(all("done 1"));
  const strange = [
    "",
    "*",
    "member:*",
    "member",
    "member:READ",
    " member:read",
    "owner:all",
    "website:create:1",
  ];
  for (const permission of [...catalogue.filter((known) => !fit.includes(known)), ...strange])
    for (const list of [[permission], [...fit, permission]])
      expect(await byHand(make(list)), String(list)).toBe("TN422 permissions_unfit");
  expect(await byHand(make([null as unknown as string]))).toBe("TN422 permissions_unfit");
  // Whoever dominates everything is told so too.
  const unfit = scope === "website" ? "member:read" : "planet:read";
  expect(await everywhere(org, make([unfit]))).toEqual(all("TN422 permissions_unfit"));
});

test("a role changes its scope only with permissions that fit the new one", async () => {
  const org = await company();
  const id = org.roles[await role(org, ["member:read", "website:read"])];
  const change = (set: string) => everywhere(org, `update role set ${set} where id = ${id}`);
  expect(await change("scope = 'website'")).toEqual(all("TN422 permissions_unfit"));
  expect(await change("permissions = '{website:create}', scope = 'website'")).toEqual(
    all("TN422 permissions_unfit"),
  );
  expect(await change("permissions = '{website:read}', scope = 'website'")).toEqual(all("done 1"));
});

test("a membership takes no role of another organization, nor one for the other kind of place", async () => {
  const [org, elsewhere] = [await company(), await company()];
  const [somebody, visitor] = [await member(org), await guest(org)];
  for (const [table, who, roles] of [
    ["member", somebody, [elsewhere.roles.member, org.roles.website_user]],
    ["website_member", visitor, [elsewhere.roles.website_user, org.roles.member]],
  ] as const)
    for (const id of roles) {
      const effect = `update ${table} set role_id = ${id} where user_id = ${who.userId}`;
      expect(await everywhere(org, effect), effect).toEqual(all(`23503 ${table}_role_place_fkey`));
    }
});

test("a role is found by its name or its id, in the organization that was authorized and for this scope", async () => {
  const [org, elsewhere] = [await company(), await company()];
  const foreign = await role(elsewhere, []);
  await owner.query("insert into role (org_id, name, scope) values ($1, '7', 'organization')", [org.orgId]);
  const find = (wanted: unknown, scope = "organization", orgId = org.orgId) =>
    tryOut(service, org.owner, org.orgId, {
      text: "select jsonb_build_object('outcome', r.name) as outcome from role r where id = app.role_for($1, $2, $3)",
      values: [orgId, JSON.stringify(wanted), scope],
    });
  expect(await find("admin")).toBe("admin");
  expect(await find("ADMIN")).toBe("admin");
  expect(await find(org.roles.admin)).toBe("admin");
  expect(await find("7")).toBe("7");
  expect(await find("website_user", "website")).toBe("website_user");
  expect(await find(org.roles.website_user, "website")).toBe("website_user");
  for (const unknown of [foreign, "", "nobody", "null"])
    expect(await find(unknown)).toBe("TN422 role_unknown");
  for (const id of [elsewhere.roles[foreign], elsewhere.roles.admin, 0, -1, 2147483647])
    expect(await find(id)).toBe("TN404 not_found");
  for (const known of ["website_user", org.roles.website_user])
    expect(await find(known)).toBe("TN422 role_of_other_scope");
  expect(await find("admin", "website")).toBe("TN422 role_of_other_scope");
  expect(await find("admin", "organization", elsewhere.orgId)).toBe("TN404 not_found");
});

test("a role that somebody holds is not deleted, also by who is suspended; one that nobody holds is", async () => {
  const org = await company();
  const names = [await role(org, []), await role(org, []), await role(org, [], "website")] as const;
  const [free, held, onWebsite] = names.map((name) => org.roles[name]);
  await member(org, names[1], 1);
  await guest(org, names[2]);
  const remove = (id: number | undefined) => everywhere(org, `delete from role where id = ${id}`);
  expect(await remove(held)).toEqual(all("TN409 role_in_use"));
  expect(await remove(onWebsite)).toEqual(all("TN409 role_in_use"));
  expect(await remove(free)).toEqual(all("done 1"));
});
