// Every change of who is a member, whatever its path, is noted for the numbers, once, and a membership that ends is
// remembered, without whose it was.
import { expect, test } from "vitest";
import { accepting, invited } from "./invitations.ts";
import { ask, type Company, type Statement, society } from "./society.ts";
import { fold, leftovers, miscounts } from "./tallies.ts";
import { joins, joinsWebsite, type Person, passwordHash } from "./tenants.ts";

const { owner, service, company, member, guest, person } = await society();

/** Acme with a person of each kind, Globex with Ben in it too, and Solo, where its owner is alone. */
async function scene() {
  const [acme, globex, solo] = [await company(), await company(), await company()];
  const [ben, cat, dan] = [await member(acme), await member(acme, "admin"), await member(acme, "member", 1)];
  await joins(owner, ben, globex);
  await fold(service);
  return { acme, globex, solo, ben, cat, dan, eve: await person(), fay: await person() };
}
type Scene = Awaited<ReturnType<typeof scene>>;

const of = (org: Company, ...people: Person[]) =>
  `org_id = ${org.orgId} and user_id in (${people.map((somebody) => somebody.userId)})`;
const insert = (org: Company, values: [Person, string][], more = "") =>
  `insert into member (org_id, user_id, role_id) values ${values
    .map(([somebody, role]) => `(${org.orgId}, ${somebody.userId}, ${org.roles[role]})`)
    .join(", ")} ${more}`;

/** What was noted by a deed, summed: "acme member 0: members joined ended"; a day that is not today's is named. */
async function noted({ acme, globex, solo }: Scene, deed: () => Promise<unknown>) {
  const { rows: last } = await owner.query(
    `select (select max(id) from member_change) as change, (select max(id) from past_member) as past,
      (select max(id) from gone_members) as gone`,
  );
  await deed();
  const named = Object.entries({ acme, globex, solo }).map(([name, org]) => ({ name, ...org }));
  const nameOf = (id: number | null) =>
    id === null ? "gone" : (named.find((org) => org.orgId === id)?.name ?? "new");
  const roles = new Map(
    named.flatMap((org) => Object.entries(org.roles).map(([name, id]) => [id, name] as const)),
  );
  const changes = await owner.query(
    `select org_id, role_id, status, case when at < 10 * 86400000 then ' on day ' || at / 86400000 end as day,
        concat_ws(' ', sum(members), sum(joined), sum(ended)) as sums
      from member_change where id > coalesce($1, 0) group by 1, 2, 3, 4
      having sum(members) <> 0 or sum(joined) <> 0 or sum(ended) <> 0`,
    [last[0].change],
  );
  const past = await owner.query(
    `select org_id, status from past_member where id > coalesce($1, 0)
    union all select null, status from gone_members, unnest(joined_at) where id > coalesce($2, 0)`,
    [last[0].past, last[0].gone],
  );
  return {
    changes: changes.rows
      .map(({ org_id, role_id, status, day, sums }) => {
        const role = role_id === null ? "-" : (roles.get(role_id) ?? "role");
        return `${nameOf(org_id)} ${role} ${status}${day ?? ""}: ${sums}`;
      })
      .sort(),
    past: past.rows.map(({ org_id, status }) => `${nameOf(org_id)} ${status}`).sort(),
  };
}

type Deed = (scene: Scene) => Statement | (() => Promise<unknown>);
/** What is done; what is noted; which memberships ended. */
const deeds: [string, Deed, string[], string[]?][] = [
  ["one joins", ({ acme, eve }) => insert(acme, [[eve, "member"]]), ["acme member 0: 1 1 0"]],
  [
    "several join at once",
    ({ acme, eve, fay }) =>
      insert(acme, [
        [eve, "member"],
        [fay, "admin"],
      ]),
    ["acme admin 0: 1 1 0", "acme member 0: 1 1 0"],
  ],
  [
    "one is put there as of another day, suspended",
    ({ acme, eve }) =>
      `insert into member (org_id, user_id, role_id, status, created_at)
        values (${acme.orgId}, ${eve.userId}, ${acme.roles.member}, 1, 86400000)`,
    ["acme member 1 on day 1: 1 1 0"],
  ],
  [
    "one who is in joins again, in vain",
    ({ acme, ben }) => insert(acme, [[ben, "admin"]], "on conflict do nothing"),
    [],
  ],
  [
    "one who is in joins again, which suspends them",
    ({ acme, ben, eve }) =>
      insert(
        acme,
        [
          [ben, "member"],
          [eve, "member"],
        ],
        "on conflict (user_id, org_id) do update set status = 1",
      ),
    // And Eve takes his place among the others.
    ["acme member 1: 1 1 0"],
  ],
  [
    "one joins, one is promoted and one goes, in a MERGE",
    ({ acme, ben, dan, eve }) =>
      `merge into member m using (values (${ben.userId}, 'up'), (${dan.userId}, 'out'), (${eve.userId}, 'in')) v (id, what)
        on m.org_id = ${acme.orgId} and m.user_id = v.id
        when matched and what = 'up' then update set role_id = ${acme.roles.admin}
        when matched then delete
        when not matched then insert (org_id, user_id, role_id) values (${acme.orgId}, v.id, ${acme.roles.member})`,
    ["acme - 1: 0 0 1", "acme admin 0: 1 1 0", "acme member 1: -1 0 0"],
    ["acme 1"],
  ],
  [
    "a role changes",
    ({ acme, ben }) => `update member set role_id = ${acme.roles.admin} where ${of(acme, ben)}`,
    ["acme admin 0: 1 1 0", "acme member 0: -1 -1 0"],
  ],
  [
    "a member is suspended, another restored",
    ({ acme, ben, cat, dan }) => `update member set status = 1 - status where ${of(acme, ben, cat, dan)}`,
    ["acme admin 0: -1 -1 0", "acme admin 1: 1 1 0"],
  ],
  [
    "a membership is dated back",
    ({ acme, ben }) => `update member set created_at = 1 where ${of(acme, ben)}`,
    ["acme member 0 on day 0: 1 1 0", "acme member 0: -1 -1 0"],
  ],
  [
    "a membership is moved",
    ({ acme, globex, cat }) =>
      `update member set org_id = ${globex.orgId}, role_id = ${globex.roles.member} where ${of(acme, cat)}`,
    ["acme admin 0: -1 -1 0", "globex member 0: 1 1 0"],
  ],
  [
    "a membership is handed on",
    ({ acme, ben, eve }) => `update member set user_id = ${eve.userId} where ${of(acme, ben)}`,
    [],
  ],
  [
    "nothing changes that is counted",
    ({ acme }) =>
      `update member set role_id = role_id, status = status, settings = '{"new": true}' where org_id = ${acme.orgId}`,
    [],
  ],
  [
    "ownership is transferred",
    ({ acme, ben }) =>
      () =>
        ask(
          service,
          acme.owner,
          acme.orgId,
          `select app.transfer_ownership(${acme.orgId}, ${ben.userId}) as outcome`,
        ),
    ["acme admin 0: 1 1 0", "acme member 0: -1 -1 0"],
  ],
  [
    "an invite is accepted",
    ({ acme }) =>
      async () =>
        accepting(service, await invited(owner, acme.owner, acme)),
    ["acme member 0: 1 1 0"],
  ],
  [
    "an organization is founded",
    ({ eve }) =>
      () =>
        ask(service, eve, null, "select app.create_organization('New', '{}', false, null, null)"),
    ["new role 0: 1 1 0"],
  ],
  [
    "somebody signs up",
    () => ({
      text: `select app.sign_up('new@example.com', $1, '{}', 'New', '{}', '{}', 'hash', 9000000000000, 'sealed', null, '{}')`,
      values: [passwordHash],
    }),
    ["new role 0: 1 1 0"],
  ],
  [
    "one is removed",
    ({ acme, ben }) =>
      () =>
        ask(service, acme.owner, acme.orgId, `delete from member where ${of(acme, ben)}`),
    ["acme - 0: 0 0 1", "acme member 0: -1 0 0"],
    ["acme 0"],
  ],
  [
    "one leaves",
    ({ acme, ben }) =>
      () =>
        ask(service, ben, acme.orgId, `delete from member where ${of(acme, ben)}`),
    ["acme - 0: 0 0 1", "acme member 0: -1 0 0"],
    ["acme 0"],
  ],
  [
    "several are removed at once",
    ({ acme, ben, cat, dan }) => `delete from member where ${of(acme, ben, cat, dan)}`,
    [
      "acme - 0: 0 0 2",
      "acme - 1: 0 0 1",
      "acme admin 0: -1 0 0",
      "acme member 0: -1 0 0",
      "acme member 1: -1 0 0",
    ],
    ["acme 0", "acme 0", "acme 1"],
  ],
  [
    "somebody goes with their account",
    ({ ben }) =>
      () =>
        ask(service, ben, null, "select app.delete_account(1, 0) as outcome"),
    ["acme - 0: 0 0 1", "acme member 0: -1 0 0", "globex - 0: 0 0 1", "globex member 0: -1 0 0"],
    ["acme 0", "globex 0"],
  ],
  [
    "a user is deleted by hand",
    ({ ben }) => `delete from "user" where id = ${ben.userId}`,
    ["acme - 0: 0 0 1", "acme member 0: -1 0 0", "globex - 0: 0 0 1", "globex member 0: -1 0 0"],
    ["acme 0", "globex 0"],
  ],
  [
    "an account takes the organization along that was theirs alone",
    ({ solo }) =>
      () =>
        ask(service, solo.owner, null, "select app.delete_account(1, 0) as outcome"),
    ["gone - 0: 0 0 1"],
    ["gone 0"],
  ],
  [
    "an organization is deleted",
    ({ acme }) =>
      () =>
        ask(service, acme.owner, acme.orgId, `delete from organisation where id = ${acme.orgId}`, "delete"),
    ["gone - 0: 0 0 3", "gone - 1: 0 0 1"],
    ["gone 0", "gone 0", "gone 0", "gone 1"],
  ],
  [
    "organizations are deleted by hand",
    ({ globex, solo }) => `delete from organisation where id in (${globex.orgId}, ${solo.orgId})`,
    ["gone - 0: 0 0 3"],
    ["gone 0", "gone 0", "gone 0"],
  ],
  [
    "one joins whose organization is deleted in the same transaction",
    ({ acme, eve }) =>
      `begin; ${insert(acme, [[eve, "member"]])}; delete from organisation where id = ${acme.orgId}; commit`,
    ["acme member 0: 1 1 0", "gone - 0: 0 0 4", "gone - 1: 0 0 1"],
    ["gone 0", "gone 0", "gone 0", "gone 0", "gone 1"],
  ],
  [
    "the last owner is removed, in vain",
    ({ solo }) =>
      () =>
        ask(service, solo.owner, solo.orgId, "delete from member"),
    [],
  ],
  [
    "one joins, which is undone",
    ({ acme, eve }) => `begin; ${insert(acme, [[eve, "member"]])}; rollback`,
    [],
  ],
  [
    "guests come and change",
    ({ acme, ben }) =>
      async () => {
        const visitor = await guest(acme);
        await joinsWebsite(owner, ben, acme);
        await owner.query(`update website_member set status = 1 where ${of(acme, visitor, ben)}`);
      },
    [],
  ],
  ["a website goes with its guests", ({ acme }) => `delete from website where id = ${acme.websiteId}`, []],
  [
    "a user and an organization are suspended",
    ({ acme, ben }) =>
      `update "user" set status = 1 where id = ${ben.userId}; update organisation set status = 1 where id = ${acme.orgId}`,
    [],
  ],
];

test.each(deeds)(
  "%s: it is noted, and the numbers are what a recount says",
  async (_what, deed, changes, past) => {
    const made = await scene();
    const effect = deed(made);
    const done = () => (typeof effect === "function" ? effect() : owner.query(effect));
    expect(await noted(made, done)).toEqual({ changes, past: past ?? [] });
    expect(await miscounts(owner)).toEqual([]);
    await fold(service);
    expect(await miscounts(owner)).toEqual([]);
    expect(await leftovers(owner)).toEqual([]);
  },
);

test("of a membership that ended stays when it began and ended, and its status then", async () => {
  const { acme, ben, cat, dan } = await scene();
  const now = async () => Number((await owner.query("select app.now_ms() as now")).rows[0].now);
  await owner.query(`update member set created_at = 12345 where ${of(acme, ben)}`);
  await owner.query(`update member set created_at = 9000000000000 where ${of(acme, cat)}`);
  const before = await now();
  await owner.query(`delete from member where ${of(acme, ben, cat, dan)}`);
  const after = await now();
  const { rows } = await owner.query(
    "select status, joined_at::float8, left_at::float8 from past_member where org_id = $1 order by joined_at",
    [acme.orgId],
  );
  expect(rows).toEqual([
    { status: 0, joined_at: 12_345, left_at: expect.any(Number) },
    { status: 1, joined_at: expect.any(Number), left_at: expect.any(Number) },
    // Nothing ends before it began, whatever the clock says.
    { status: 0, joined_at: 9_000_000_000_000, left_at: 9_000_000_000_000 },
  ]);
  for (const { left_at } of rows.slice(0, 2)) {
    expect(left_at).toBeGreaterThanOrEqual(before);
    expect(left_at).toBeLessThanOrEqual(after);
  }
});

test("the numbers hold nothing of anybody: their tables have no column for it", async () => {
  const { rows } = await owner.query<{ line: string }>(`
    select table_name || ': ' || string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position) as line
    from information_schema.columns
    where table_name in ('past_member', 'gone_members', 'member_change', 'member_tally', 'growth_tally')
    group by table_name order by table_name`);
  expect(rows.map((row) => row.line)).toEqual([
    "gone_members: id bigint, joined_day bigint, joined_at ARRAY, status integer, left_at bigint",
    "growth_tally: org_id integer, hours smallint, slot bigint, status integer, joined integer, ended integer",
    "member_change: id bigint, org_id integer, role_id integer, status integer, at bigint, members integer, joined integer, ended integer",
    "member_tally: org_id integer, day bigint, role_id integer, status integer, members integer",
    "past_member: id bigint, org_id integer, status integer, joined_at bigint, left_at bigint",
  ]);
});

test.each([
  ["a trigger that does not count who joins", "member_count_joined"],
  ["a trigger that does not count changes", "member_count_changed"],
  ["a trigger that does not count who leaves", "member_count_left"],
])("the recount notices %s", async (_what, trigger) => {
  const { acme, ben, eve } = await scene();
  await owner.query("begin");
  await owner.query(`alter table member disable trigger ${trigger};
    ${insert(acme, [[eve, "member"]])};
    update member set status = 1 where ${of(acme, eve)};
    delete from member where ${of(acme, ben)}`);
  expect(await miscounts(owner)).not.toEqual([]);
  await owner.query("rollback");
  expect(await miscounts(owner)).toEqual([]);
});
