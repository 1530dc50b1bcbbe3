// One membership per person and organization (member_user_org_key), one per person and website
// (website_member_user_key), and what becomes of a person's websites when their membership ends (trigger
// member_websites) or sleeps.
import { expect, test } from "vitest";
import { ask, finish, type Statement, shown, society } from "./society.ts";
import { joins, joinsWebsite, type Person } from "./tenants.ts";

const { scratch, owner, service, company, person, member, guest } = await society();

test.each([
  [
    "member",
    "member_user_org_key",
    "insert into member (org_id, user_id, role_id) select org_id, $2, id from role where org_id = $1 and name = $3",
    ["member", "admin"],
  ],
  [
    "website_member",
    "website_member_user_key",
    `insert into website_member (website_id, org_id, user_id, role_id)
      select w.id, r.org_id, $2, r.id from role r join website w using (org_id) where r.org_id = $1 and r.name = $3`,
    ["website_user", "website_admin"],
  ],
])("of fifty who put the same person in as a %s at once, one does", async (table, key, text, roles) => {
  const [org, newcomer] = [await company(), await person()];
  const clients = await Promise.all(Array.from({ length: 50 }, () => scratch.connect()));
  await Promise.all(clients.map((client) => client.query("begin")));
  const ended = await Promise.all(
    clients.map((client, index) =>
      finish(client, { text, values: [org.orgId, newcomer.userId, roles[index % 2]] }),
    ),
  );
  expect(ended.sort()).toEqual([...Array(49).fill(`23505 ${key}`), "done 1"]);
  const { rowCount } = await owner.query(`select from ${table} where user_id = $1`, [newcomer.userId]);
  expect(rowCount).toBe(1);
  await Promise.all(clients.map((client) => client.end()));
});

const websitesOf = async (somebody: Person) =>
  (
    await owner.query("select website_id from website_member where user_id = $1 order by 1", [
      somebody.userId,
    ])
  ).rows.map((row) => row.website_id as number);

/** Somebody who is a member with two websites here, and a guest of one elsewhere; and somebody else like them. */
async function scene() {
  const [org, elsewhere] = [await company(), await company()];
  const { rows } = await owner.query(
    "insert into website (org_id, name, url) values ($1, 'Other', 'https://other.example') returning id",
    [org.orgId],
  );
  const second = { ...org, websiteId: rows[0].id as number };
  const [somebody, other] = [await member(org), await member(org)];
  for (const one of [somebody, other])
    for (const place of [org, second, elsewhere]) await joinsWebsite(owner, one, place);
  return { org, elsewhere, second, somebody, other, all: await websitesOf(other) };
}

const removal = (org: { orgId: number }, somebody: Person): Statement => ({
  text: "delete from member where org_id = $1 and user_id = $2",
  values: [org.orgId, somebody.userId],
});

test.each<[string, (org: Awaited<ReturnType<typeof scene>>) => Promise<unknown>]>([
  ["is removed", ({ org, somebody }) => ask(service, org.owner, org.orgId, removal(org, somebody))],
  ["leaves", ({ org, somebody }) => ask(service, somebody, org.orgId, removal(org, somebody))],
  ["is removed by hand", ({ org, somebody }) => owner.query(removal(org, somebody))],
])("whoever %s loses the websites of that organization, and no other", async (_way, end) => {
  const world = await scene();
  await end(world);
  expect(await websitesOf(world.somebody)).toEqual([world.elsewhere.websiteId]);
  expect(await websitesOf(world.other)).toEqual(world.all);
});

test("many who are removed at once each lose theirs, and guests who are no members keep theirs", async () => {
  const { org, elsewhere, somebody, other } = await scene();
  const visitor = await guest(org);
  await owner.query("delete from member where org_id = $1 and user_id <> $2", [org.orgId, org.owner.userId]);
  for (const one of [somebody, other]) expect(await websitesOf(one)).toEqual([elsewhere.websiteId]);
  expect(await websitesOf(visitor)).toEqual([org.websiteId]);
});

test("whoever deletes their account leaves no membership of any kind", async () => {
  const { somebody, other, all } = await scene();
  expect(await ask(service, somebody, null, "select app.delete_account(1, 0) as outcome")).toBe("deleted");
  expect(await websitesOf(somebody)).toEqual([]);
  expect(await websitesOf(other)).toEqual(all);
});

test("a change of a membership, even of its role, ends no website's", async () => {
  const { org, somebody, all } = await scene();
  const place = `where org_id = ${org.orgId} and user_id = ${somebody.userId}`;
  for (const set of ["settings = '{}'", `role_id = ${org.roles.admin}`, "status = 1", "status = 0"])
    expect(await ask(service, org.owner, org.orgId, `update member set ${set} ${place}`)).toBe("done 1");
  expect(await websitesOf(somebody)).toEqual(all);
});

test("a suspended member's websites sleep until they are restored, and those elsewhere stay awake", async () => {
  const { org, elsewhere, second, somebody } = await scene();
  const awake = () => shown(service, somebody, "select app.my_websites() as id order by 1");
  const suspend = (status: number) =>
    owner.query("update member set status = $1 where org_id = $2 and user_id = $3", [
      status,
      org.orgId,
      somebody.userId,
    ]);
  const all = [org.websiteId, elsewhere.websiteId, second.websiteId].sort((a, b) => a - b);
  expect(await awake()).toEqual(all);
  await suspend(1);
  expect(await awake()).toEqual([elsewhere.websiteId]);
  expect(await websitesOf(somebody)).toEqual(all);
  await suspend(0);
  expect(await awake()).toEqual(all);
});

test("whoever comes back after a removal begins with no websites", async () => {
  const { org, elsewhere, somebody } = await scene();
  await ask(service, org.owner, org.orgId, removal(org, somebody));
  await joins(owner, somebody, org);
  expect(await websitesOf(somebody)).toEqual([elsewhere.websiteId]);
});
