import { expect, test } from "vitest";
import { type Permission, systemRoles } from "../../src/permissions.ts";
import { undone } from "./scratch.ts";
import { fold } from "./tallies.ts";
import { tenantsDatabase } from "./tenants.ts";

const { owner, tenants } = await tenantsDatabase();

const belongings = ["role", "member", "website", "website_member", "invite", "member_tally", "growth_tally"];

test("deleting an organization takes everything of it along, and nothing of another", async () => {
  await undone(owner, async () => {
    const { acme, globex } = tenants;
    await fold(owner);
    const count = async (table: string, orgId: number) =>
      (await owner.query(`select count(*)::int as n from ${table} where org_id = $1`, [orgId])).rows[0]
        .n as number;
    const counts = async (orgId: number) =>
      Promise.resolve(Object.fromEntries(await inTurn(belongings, (table) => count(table, orgId))));
    const [mine, others] = [await counts(acme.orgId), await counts(globex.orgId)];
    for (const table of belongings) expect(mine[table], table).toBeGreaterThan(0);
    const people = await owner.query('select count(*) from "user"');
    await owner.query("delete from organisation where id = $1", [acme.orgId]);
    expect(await counts(acme.orgId)).toEqual(Object.fromEntries(belongings.map((table) => [table, 0])));
    expect(await counts(globex.orgId)).toEqual(others);
    expect((await owner.query('select count(*) from "user"')).rows).toEqual(people.rows);
  });
});

async function inTurn<T>(list: string[], work: (entry: string) => Promise<T>): Promise<[string, T][]> {
  const done: [string, T][] = [];
  for (const entry of list) done.push([entry, await work(entry)]);
  return done;
}

test("deleting a user takes their sessions, memberships and tokens along, but for links to reset whoever has the address", async () => {
  await undone(owner, async () => {
    const { cat } = tenants;
    await owner.query('delete from "user" where id = $1', [cat.userId]);
    const { rows } = await owner.query(
      `select (select count(*) from session where user_id = $1) + (select count(*) from member where user_id = $1)
        + (select count(*) from mail_token where user_id = $1) + (select count(*) from website_member where user_id = $1)
        + (select count(*) from refresh_token where session_id = $2) as n`,
      [cat.userId, cat.sessionId],
    );
    expect(rows).toEqual([{ n: "0" }]);
  });
});

test("an organization is born with the system roles of the catalogue", async () => {
  const sorted = (roles: { name: string; scope: string; permissions: string[] }[]) =>
    roles
      .map(({ name, scope, permissions }) => ({ name, scope, permissions: [...permissions].sort() }))
      .sort((a, b) => a.name.localeCompare(b.name));
  const { rows: declared } = await owner.query("select name, scope, permissions from app.system_roles()");
  expect(sorted(declared)).toEqual(sorted(systemRoles));
  const { rows: born } = await owner.query(
    "select name, scope, permissions from role where org_id = $1 and system",
    [tenants.acme.orgId],
  );
  expect(sorted(born)).toEqual(sorted(systemRoles));
  const known = new Set<Permission>(systemRoles.find((role) => role.name === "owner")?.permissions);
  for (const role of systemRoles)
    for (const permission of role.permissions) expect(known).toContain(permission);
});
