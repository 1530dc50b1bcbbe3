// The statistics' lists page by page: together they are the whole, in its order, each row once, whatever the limit.
import { beforeAll, describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { type Asked, askStats, foldedOrNot, guestSince, memberSince, statsOf } from "./support/stats.ts";
import { roleOf, websiteOf } from "./support/tenants.ts";

/** Each of these is held in two organizations. */
const names = ["Ärzte", "Zoë", "a b", "editor", 'quote"d', "Editor", "role,1", "{}", "日本", "🙂"];
let ann: SignedIn;
let orgIds: number[];

beforeAll(async () => {
  ann = await signedIn();
  orgIds = [ann.org_id];
  for (let i = 1; i <= 6; i += 1) {
    const { org_id } = await expectAnswer(await as(ann)("POST /organizations", { name: `No. ${i}` }), 201);
    orgIds.push(org_id);
  }
  for (const [i, name] of names.entries()) {
    const [orgId = 0, other = 0] = [orgIds[i % 5], orgIds[(i + 1) % 5]];
    for (const id of [orgId, other]) {
      await roleOf(id, [], { name });
      await memberSince(id, { role: name });
    }
  }
  // One name in both scopes.
  const site = await websiteOf(orgIds[5] ?? 0);
  await roleOf(orgIds[5] ?? 0, [], { name: "editor", scope: "website" });
  await guestSince(site, { role: "editor" });
  await guestSince(site);
});

describe.each([
  ["role-wise-users", names.length + 3],
  ["org-wise-members", 7],
  ["org-role-wise-users", 2 * names.length + 7 + 2],
] as const)("GET /stats/%s", (path, many) => {
  test.each([{}, { status: "active", from: "2020-01-01" }] as Asked[])("with %j", async (asked) => {
    const whole = await foldedOrNot(orgIds, () => statsOf(ann, path, asked));
    expect(whole).toHaveLength(many);
    expect(new Set(whole.map((row) => JSON.stringify(row))).size).toBe(many);
    for (const limit of [1, 2, 3, many - 1, many, many + 1, 200])
      expect(await statsOf(ann, path, { ...asked, limit }), `by ${limit}`).toEqual(whole);
  });

  test("a page holds as many as asked for, and says that it is the last", async () => {
    const page = async (limit: number) => expectAnswer(await askStats(ann, path, { limit }), 200);
    const first = await page(many - 1);
    expect([first.data.length, first.next_cursor]).toEqual([many - 1, expect.any(String)]);
    const all = await page(many);
    expect([all.data.length, all.next_cursor]).toEqual([many, null]);
    const next = await askStats(ann, path, { limit: 1, cursor: first.next_cursor });
    expect(await expectAnswer(next, 200)).toEqual({ data: all.data.slice(-1), next_cursor: null });
  });
});

test("by role, then scope; by organization, then role", async () => {
  const roles = await statsOf(ann, "role-wise-users");
  const scopes = roles.filter(({ role }) => role === "editor").map(({ scope }) => scope);
  expect(scopes).toEqual(["organization", "website"]);
  const [{ sorted }] = (await owner("select array_agg(r order by r) as sorted from unnest($1::text[]) r", [
    [...new Set(roles.map(({ role }) => role))].reverse(),
  ])) as [{ sorted: string[] }];
  expect([...new Set(roles.map(({ role }) => role))]).toEqual(sorted);
  const pairs = await statsOf(ann, "org-role-wise-users");
  const ids = pairs.map(({ org_id }) => org_id);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  const ofRoles = await owner("select org_id, name from role where org_id = any ($1) order by org_id, id", [
    orgIds,
  ]);
  const held = ({ org_id, role }: { org_id: number; role: string }) =>
    ofRoles.findIndex((row) => row.org_id === org_id && row.name === role);
  const places = pairs.map(held);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test("without a limit a page holds fifty", async () => {
  const bob = await signedIn();
  await owner(
    `with made as (insert into role (org_id, name, scope, permissions)
       select $1, 'role ' || to_char(n, 'FM000'), 'organization', '{}' from generate_series(1, 52) n returning id, name),
     people as (insert into "user" (email, password)
       select 'p' || id || '.' || gen_random_uuid() || '@example.com', 'no hash' from made returning id)
     insert into member (org_id, user_id, role_id)
     select $1, p.id, m.id from (select id, row_number() over () n from people) p
       join (select id, row_number() over () n from made) m using (n)`,
    [bob.org_id],
  );
  for (const path of ["role-wise-users", "org-role-wise-users"] as const) {
    const first = await expectAnswer(await askStats(bob, path), 200);
    expect([first.data.length, first.next_cursor]).toEqual([50, expect.any(String)]);
    const rest = await expectAnswer(await askStats(bob, path, { cursor: first.next_cursor }), 200);
    expect([rest.data.length, rest.next_cursor]).toEqual([3, null]);
    const roles = new Set([...first.data, ...rest.data].map(({ role }) => role));
    expect(roles.size).toBe(53);
  }
});

test("what joins while somebody pages moves no row twice, and hides none", async () => {
  const bob = await signedIn();
  for (const name of ["b", "d", "f"]) {
    await roleOf(bob.org_id, [], { name });
    await memberSince(bob.org_id, { role: name });
  }
  const first = await expectAnswer(await askStats(bob, "role-wise-users", { limit: 2 }), 200);
  for (const name of ["a", "e"]) {
    await roleOf(bob.org_id, [], { name });
    await memberSince(bob.org_id, { role: name });
  }
  const rest = await expectAnswer(await askStats(bob, "role-wise-users", { cursor: first.next_cursor }), 200);
  const roles = [...first.data, ...rest.data].map(({ role }) => role);
  expect(roles).toEqual(["b", "d", "e", "f", "owner"]);
});
