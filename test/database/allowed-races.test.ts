// What somebody may is asked once more when the row that they waited for is theirs (triggers *_allowed): the guard and the
// policies answered before the wait. The rows are such that domination lets everything pass.
import { describe, expect, test } from "vitest";
import { systemRoles } from "../../src/permissions.ts";
import { together } from "./races.ts";
import { type Company, finish, prepare, society } from "./society.ts";
import { joinsWebsite, type Person } from "./tenants.ts";

const { owner, service, company, member, guest, role } = await society();

/** What the caller waits for, and what they do to it with which permission. */
type Deed = {
  table: string;
  permission: string;
  row(org: Company): Promise<string>;
  /** Before the WHERE. */
  effect: string;
};
const byId = (id?: number) => `id = ${id}`;
const of = (org: Company, whom: Person) => `org_id = ${org.orgId} and user_id = ${whom.userId}`;
const rows: Record<string, Deed["row"]> = {
  organisation: async (org) => byId(org.orgId),
  member: async (org) => of(org, await member(org, [])),
  role: async (org) => byId(org.roles[await role(org, [])]),
  website: async (org) => byId(org.websiteId),
  website_member: async (org) => of(org, await guest(org, [])),
};
const deed = (table: string, permission: string, effect: string): Deed => ({
  table,
  permission,
  row: rows[table] as Deed["row"],
  effect,
});
const settings = `settings = '{"new": true}'`;
const onWebsites = [
  deed("website", "website:update", "update website set name = 'New'"),
  deed("website", "website:delete", "delete from website"),
  deed("website_member", "website:invite", `update website_member set ${settings}`),
  deed("website_member", "website:invite", "delete from website_member"),
];
const inOrganizations = [
  deed("organisation", "organization:update", "update organisation set name = 'New'"),
  deed("organisation", "organization:update", "update organisation set personal = true"),
  deed("organisation", "organization:update", `update organisation set ${settings}`),
  deed("member", "member:update", `update member set ${settings}`),
  deed("member", "member:remove", "delete from member"),
  deed("role", "role:update", "update role set description = 'new'"),
  deed("role", "role:delete", "delete from role"),
  ...onWebsites,
];

type Table = "member" | "website_member";
const everythingOf = (name: string) =>
  systemRoles.find((known) => known.name === name)?.permissions as string[];
const everythingBut = (permission: string, table: Table) =>
  everythingOf(table === "member" ? "owner" : "website_admin").filter((other) => other !== permission);
const scopeOf = (table: Table) => (table === "member" ? "organization" : "website");

/** What happens to the caller, who is in by a row of this table, and what they are told. */
type Mishap = (org: Company, caller: Person, permission: string, table: Table) => Promise<string> | string;
const demoted: Mishap = async (org, caller, permission, table) => {
  const other = await role(org, everythingBut(permission, table), scopeOf(table));
  return `update ${table} set role_id = ${org.roles[other]} where ${of(org, caller)}`;
};
const narrowed: Mishap = (org, caller, permission, table) =>
  `update role set permissions = array_remove(permissions, '${permission}')
    where id = (select role_id from ${table} where ${of(org, caller)})`;
const suspended: Mishap = (org, caller, _permission, table) =>
  `update ${table} set status = 1 where ${of(org, caller)}`;
const removed: Mishap = (org, caller, _permission, table) => `delete from ${table} where ${of(org, caller)}`;
const asleep: Mishap = (org) => `update organisation set status = 1 where id = ${org.orgId}`;
const nothing: Mishap = () => "select";

const mishaps: [string, string, Mishap][] = [
  ["is demoted to a role with everything but that", "TN403 permission_missing", demoted],
  ["holds a role that loses it", "TN403 permission_missing", narrowed],
  ["is suspended", "TN403 member_suspended", suspended],
  ["is removed", "TN404 not_found", removed],
  ["sees the organization suspended", "TN403 organization_suspended", asleep],
  ["is left alone", "done 1", nothing],
];

/** The row without what the mishap itself changes of an organization. */
const contents = (table: string, where: string) =>
  owner
    .query(`select to_jsonb(t) - 'status' - 'updated_at' as row from ${table} t where ${where}`)
    .then((result) => result.rows[0]?.row);

/** One deed behind the row's lock, while that happens: how it ended, and whether the row is as it was. */
async function waiting(deed: Deed, org: Company, caller: Person, meanwhile: string) {
  const where = await deed.row(org);
  await prepare(service, caller, org.orgId);
  const before = await contents(deed.table, where);
  expect(before).toBeDefined();
  // The guard holds the organization's key already: a stronger lock would wait for it.
  const lock = `select from ${deed.table} where ${where} for no key update`;
  const [outcome] = await together(owner, `${meanwhile}; ${lock}`, [
    { client: service, effect: `${deed.effect} where ${where}` },
  ]);
  const unchanged = JSON.stringify(await contents(deed.table, where)) === JSON.stringify(before);
  return { outcome, unchanged };
}

const expected = (outcome: string) => ({ outcome, unchanged: outcome !== "done 1" });

describe.each(mishaps)("a member who %s while they wait", (_what, outcome, mishap) => {
  test.each(inOrganizations)(`$effect: ${outcome}`, async (deed) => {
    const org = await company();
    const caller = await member(org, [deed.permission]);
    const meanwhile = await mishap(org, caller, deed.permission, "member");
    expect(await waiting(deed, org, caller, meanwhile)).toEqual(expected(outcome));
  });
});

describe.each(mishaps)("a guest of a website who %s while they wait", (_what, outcome, mishap) => {
  test.each(onWebsites)(`$effect: ${outcome}`, async (deed) => {
    const org = await company();
    const caller = await guest(org, await role(org, [deed.permission], "website"));
    const meanwhile = await mishap(org, caller, deed.permission, "website_member");
    expect(await waiting(deed, org, caller, meanwhile)).toEqual(expected(outcome));
  });
});

/** Somebody who is in by both: with the website's permission as its guest alone. */
const ofBoth: [string, string, Mishap, Table][] = [
  ["is demoted on the website", "TN403 permission_missing", demoted, "website_member"],
  ["is suspended on the website", "TN403 permission_missing", suspended, "website_member"],
  ["is removed from the website", "TN403 permission_missing", removed, "website_member"],
  ["is suspended in the organization", "TN403 member_suspended", suspended, "member"],
  ["is removed from the organization", "TN404 not_found", removed, "member"],
];

describe.each(ofBoth)(
  "a member who runs a website as its guest and %s while they wait",
  (_what, outcome, mishap, table) => {
    test.each(onWebsites)(`$effect: ${outcome}`, async (deed) => {
      const org = await company();
      const caller = await member(org, []);
      await joinsWebsite(owner, caller, org, "website_admin");
      const meanwhile = await mishap(org, caller, deed.permission, table);
      expect(await waiting(deed, org, caller, meanwhile)).toEqual(expected(outcome));
    });
  },
);

test.each(mishaps)(
  "whoever makes a role and %s between the guard and the deed is told: %s",
  async (_what, outcome, mishap) => {
    const org = await company();
    const caller = await member(org, ["role:create"]);
    const meanwhile = await mishap(org, caller, "role:create", "member");
    await prepare(service, caller, org.orgId);
    await owner.query(meanwhile);
    const make = `insert into role (org_id, name, scope) values (${org.orgId}, 'new', 'organization')`;
    expect(await finish(service, make)).toBe(outcome);
    const { rowCount } = await owner.query("select from role where org_id = $1 and name = 'new'", [
      org.orgId,
    ]);
    expect(rowCount).toBe(outcome === "done 1" ? 1 : 0);
  },
);

const leavers: [string, Table, string, Mishap][] = (["member", "website_member"] as const).flatMap(
  (table): [string, Table, string, Mishap][] => [
    ["is demoted", table, "done 1", demoted],
    ["is suspended", table, "done 1", suspended],
    ["sees the organization suspended", table, "done 1", asleep],
    ["is removed", table, "done 0", removed],
  ],
);

test.each(leavers)(
  "leaving needs no right: who %s while their own row of %s is waited for is out",
  async (_what, table, outcome, mishap) => {
    const org = await company();
    const caller = await (table === "member" ? member(org, "admin") : guest(org, "website_admin"));
    const mine = of(org, caller);
    const meanwhile = await mishap(org, caller, "website:invite", table);
    await prepare(service, caller, org.orgId);
    const lock = `select from ${table} where ${mine} for update`;
    const ended = await together(owner, `${meanwhile}; ${lock}`, [
      { client: service, effect: `delete from ${table} where ${mine}` },
    ]);
    expect(ended).toEqual([outcome]);
    expect((await owner.query(`select from ${table} where ${mine}`)).rowCount).toBe(0);
  },
);

test("whoever is suspended while they wait for their own membership does not take that back", async () => {
  const org = await company();
  const caller = await member(org, ["member:update"]);
  const mine = of(org, caller);
  await prepare(service, caller, org.orgId);
  const ended = await together(owner, `update member set status = 1 where ${mine}`, [
    { client: service, effect: `update member set status = 0 where ${mine}` },
  ]);
  expect(ended).toEqual(["TN403 member_suspended"]);
});
