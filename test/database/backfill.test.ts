// What release 0.4.0 makes of a database of 0.3.0: of the members who are there, and of those whom only the trail knows.
import type pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { pastMembers } from "../../scripts/invariants/tallies.ts";
import { applyMigrations, migrate } from "../../scripts/migrate.ts";
import { firstMigrations, tags } from "./journal.ts";
import { emptyDatabase } from "./scratch.ts";
import { fold, foldOnce, leftovers, miscounts } from "./tallies.ts";

const dayMs = 86_400_000;
/** Acme is founded on day 10, the trail begins on day 20. */
const day = (number: number) => number * dayMs;

/** A database as 0.3.0 left it, with two organizations: Acme, and Closed, which is suspended. */
async function releaseThree() {
  const scratch = await emptyDatabase();
  onTestFinished(() => scratch.drop());
  const { owner } = scratch;
  await applyMigrations(owner, firstMigrations(tags.indexOf("0006_statistics")));
  const { rows: orgs } = await owner.query<{ id: number }>(
    `insert into organisation (name, status, created_at)
      values ('Acme', 0, ${day(10)}), ('Closed', 1, ${day(11)}) returning id`,
  );
  const [acme, closed] = orgs.map((org) => org.id) as [number, number];
  const roles: Record<string, number> = {};
  const { rows } = await owner.query<{ key: string; id: number }>(
    `insert into role (org_id, name, scope, system)
      select o.id, r.name, r.scope, r.system from organisation o, (values
        ('owner', 'organization', true), ('admin', 'organization', true), ('member', 'organization', true),
        ('website_admin', 'website', true), ('website_user', 'website', true),
        ('editor', 'organization', false), ('poster', 'website', false)) r (name, scope, system)
      returning org_id || ' ' || name as key, id`,
  );
  for (const { key, id } of rows) roles[key] = id;
  return { ...scratch, acme, closed, roles };
}

async function person(owner: pg.Client): Promise<number> {
  const { rows } = await owner.query(
    `insert into "user" (email, password) values (gen_random_uuid() || '@example.com', '') returning id`,
  );
  return rows[0].id;
}

type Told = [number, "created" | "created suspended" | "deleted" | "suspended" | "restored"];

/** The lines that 0.3.0 wrote of one membership after the other of one person, by day. */
async function told(owner: pg.Client, orgId: number, events: Told[], userId?: number) {
  const target = userId ?? (await person(owner));
  let status: string | null = null;
  for (const [on, what] of events) {
    const before = { status: status ?? "active" };
    const deleted = what === "deleted";
    const action = deleted ? "deleted" : what.startsWith("created") ? "created" : "updated";
    status = deleted ? null : what.endsWith("suspended") ? "suspended" : "active";
    await owner.query(
      `insert into audit_event (org_id, action, target_type, target_id, before, after, created_at)
        values ($1, $2, 'member', $3, $4, $5, $6)`,
      [
        orgId,
        `member.${action}`,
        target,
        action === "created" ? null : before,
        deleted ? null : { status },
        day(on),
      ],
    );
  }
}

const pastOf = async (owner: pg.Client) =>
  (
    await owner.query(
      `select org_id as org, status, joined_at::float8 / ${dayMs} as joined, left_at::float8 / ${dayMs} as left
        from (${pastMembers}) p order by 3, 4, 2`,
    )
  ).rows;

test("memberships that ended are taken from the trail", async () => {
  const { owner, url, acme, closed } = await releaseThree();
  await told(owner, acme, [
    [21, "created"],
    [25, "deleted"],
  ]);
  await told(owner, acme, [
    [22, "created"],
    [23, "suspended"],
    [26, "deleted"],
  ]);
  await told(owner, acme, [
    [22, "created"],
    [23, "suspended"],
    [24, "restored"],
    [27, "deleted"],
  ]);
  // In again since.
  await told(owner, acme, [
    [23, "created"],
    [28, "deleted"],
    [29, "created"],
  ]);
  await told(owner, acme, [
    [30, "created"],
    [31, "suspended"],
    [32, "deleted"],
    [33, "created"],
    [34, "deleted"],
  ]);
  // Before there was a trail: with the organization, for all that is known.
  await told(owner, acme, [[35, "deleted"]]);
  await told(owner, closed, [
    [36, "created"],
    [37, "deleted"],
  ]);
  expect(await migrate(url)).toBe("applied");
  expect(await pastOf(owner)).toEqual([
    { org: acme, status: 0, joined: 10, left: 35 },
    { org: acme, status: 0, joined: 21, left: 25 },
    { org: acme, status: 1, joined: 22, left: 26 },
    { org: acme, status: 0, joined: 22, left: 27 },
    { org: acme, status: 0, joined: 23, left: 28 },
    { org: acme, status: 1, joined: 30, left: 32 },
    { org: acme, status: 0, joined: 33, left: 34 },
    { org: closed, status: 0, joined: 36, left: 37 },
  ]);
  expect(await miscounts(owner)).toEqual([]);
});

test("those of an organization that is gone ended with it, in the status that they had", async () => {
  const { owner, url, closed } = await releaseThree();
  const gone = 999;
  await told(owner, gone, [[21, "created"]]);
  await told(owner, gone, [
    [22, "created"],
    [25, "deleted"],
  ]);
  await told(owner, gone, [
    [23, "created"],
    [24, "suspended"],
  ]);
  await told(owner, gone, [
    [24, "created"],
    [25, "suspended"],
    [26, "restored"],
  ]);
  // What they were the first time is not what they were at the end.
  await told(owner, gone, [
    [25, "created"],
    [26, "suspended"],
    [27, "deleted"],
    [28, "created"],
  ]);
  await told(owner, gone, [[29, "deleted"]]);
  await told(owner, gone, [[30, "created suspended"]]);
  // Somebody with the same history elsewhere is still there.
  await told(owner, closed, [[21, "created"]]);
  await owner.query(
    `insert into audit_event (org_id, action, target_type, target_id, created_at)
      values (${gone}, 'organization.deleted', 'organization', ${gone}, ${day(40)})`,
  );
  expect(await migrate(url)).toBe("applied");
  expect(await pastOf(owner)).toEqual([
    { org: null, status: 0, joined: 21, left: 40 },
    { org: gone, status: 0, joined: 22, left: 25 },
    { org: null, status: 1, joined: 23, left: 40 },
    { org: null, status: 0, joined: 24, left: 40 },
    { org: gone, status: 1, joined: 25, left: 27 },
    { org: null, status: 0, joined: 28, left: 40 },
    { org: gone, status: 0, joined: 29, left: 29 },
    { org: null, status: 1, joined: 30, left: 40 },
  ]);
  await fold(owner);
  expect(await miscounts(owner)).toEqual([]);
  expect(await leftovers(owner)).toEqual([]);
  const { rows } = await owner.query("select distinct org_id from growth_tally");
  expect(rows).toEqual([{ org_id: null }]);
});

test("the members who are there are counted, with the system role that they hold, and are as they were", async () => {
  const { owner, url, acme, closed, roles } = await releaseThree();
  const website = await owner.query<{ id: number }>(
    `insert into website (org_id, name, url) values (${acme}, 'Shop', 'https://shop.example') returning id`,
  );
  const join = async (orgId: number, role: string, status: number, on: number) =>
    owner.query(
      `insert into member (org_id, user_id, role_id, status, created_at, updated_at) values ($1, $2, $3, $4, $5, 1)`,
      [orgId, await person(owner), roles[`${orgId} ${role}`], status, day(on)],
    );
  for (const role of ["owner", "admin", "member", "editor"]) await join(acme, role, 0, 10);
  await join(acme, "member", 1, 15);
  await join(closed, "owner", 0, 11);
  for (const role of ["website_admin", "website_user", "poster"])
    await owner.query(
      `insert into website_member (website_id, org_id, user_id, role_id, updated_at) values ($1, $2, $3, $4, 1)`,
      [website.rows[0]?.id, acme, await person(owner), roles[`${acme} ${role}`]],
    );
  await migrate(url);

  const { rows } = await owner.query(
    `select r.name, m.system_role from (
      select role_id, system_role, updated_at from member union all select role_id, system_role, updated_at from website_member
    ) m join role r on r.id = m.role_id where m.updated_at = 1 order by m.system_role, r.name`,
  );
  expect(rows).toEqual([
    { name: "owner", system_role: 1 },
    { name: "owner", system_role: 1 },
    { name: "admin", system_role: 2 },
    { name: "member", system_role: 3 },
    { name: "member", system_role: 3 },
    { name: "website_admin", system_role: 4 },
    { name: "website_user", system_role: 5 },
    { name: "editor", system_role: null },
    { name: "poster", system_role: null },
  ]);
  expect(await miscounts(owner)).toEqual([]);
  expect((await owner.query("select from audit_event")).rowCount).toBe(0);
  // By hand, step by step, as the cron does it.
  while ((await foldOnce(owner, 2)) > 0) expect(await miscounts(owner)).toEqual([]);
  expect(await leftovers(owner)).toEqual([]);
  const { rows: tallies } = await owner.query("select sum(members)::integer as members from member_tally");
  expect(tallies).toEqual([{ members: 6 }]);
});

test("somebody who was a member before, and is one since, is counted in both ways", async () => {
  const { owner, url, acme, roles } = await releaseThree();
  const back = await person(owner);
  await told(
    owner,
    acme,
    [
      [21, "created"],
      [22, "deleted"],
      [23, "created"],
    ],
    back,
  );
  await owner.query("insert into member (org_id, user_id, role_id, created_at) values ($1, $2, $3, $4)", [
    acme,
    back,
    roles[`${acme} member`],
    day(23),
  ]);
  await migrate(url);
  await fold(owner);
  const { rows } = await owner.query(
    "select slot::integer, joined, ended from growth_tally where org_id = $1 and hours = 24 order by slot",
    [acme],
  );
  expect(rows).toEqual([
    { slot: 21, joined: 1, ended: 0 },
    { slot: 22, joined: 0, ended: 1 },
    { slot: 23, joined: 1, ended: 0 },
  ]);
  // From here on the triggers count.
  await owner.query("delete from member where user_id = $1", [back]);
  expect(await miscounts(owner)).toEqual([]);
});
