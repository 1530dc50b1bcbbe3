// Platform admins count all organizations. Other tests make theirs meanwhile, so what is counted here came at times of
// its own.
import { beforeAll, describe, expect, test } from "vitest";
import { platformAdmin } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as } from "./support/requests.ts";
import {
  type Asked,
  allSince,
  askStats,
  foldedOrNot,
  guestSince,
  memberSince,
  newUserId,
  statsOf,
  statsPaths,
  utc,
  wasMember,
} from "./support/stats.ts";
import { roleOf, websiteOf } from "./support/tenants.ts";

type Bucket = { start: number; joined: number; left: number; total: number };

const then = { from: "1983-05-17", to: "1983-05-20" };
const [first, second, third] = ["1983-05-17", "1983-05-18T12:34:56.789", "1983-05-19T23:59:59.999"].map(
  utc,
) as [number, number, number];

let ada: SignedIn;
/** Two owners, who have nothing to do with Ada; the second one's organization is suspended. */
let hosts: [SignedIn, SignedIn];
let ids: [number, number];

beforeAll(async () => {
  ada = await platformAdmin();
  hosts = [await signedIn({ organization_name: "Uno" }), await signedIn({ organization_name: "Due" })];
  ids = [hosts[0].org_id, hosts[1].org_id];
  const [uno, due] = ids;
  await allSince(uno, first);
  await allSince(due, second);
  const both = await memberSince(uno, { at: first });
  await memberSince(due, { at: third, userId: both });
  await memberSince(due, { at: second, userId: hosts[0].user_id, role: "admin", status: 1 });
  for (const orgId of ids) await roleOf(orgId, [], { name: "Cantante" });
  const singer = await memberSince(uno, { role: "Cantante", at: second });
  await memberSince(due, { role: "Cantante", at: second, userId: singer });
  await memberSince(due, { role: "Cantante", at: third });
  const guest = await newUserId();
  for (const orgId of ids) await guestSince(await websiteOf(orgId), { userId: guest, at: second });
  await roleOf(uno, [], { name: "Ospite", scope: "website" });
  await guestSince(await websiteOf(uno), { userId: guest, at: third, role: "Ospite" });
  await roleOf(due, [], { name: "Ospite" });
  await memberSince(due, { at: second, role: "Ospite" });
  await wasMember(uno, first, third);
  await owner("update organisation set status = 1 where id = $1", [due]);
});

const counts = (rows: { role: string; scope: string; user_count: number }[]) =>
  rows.map(({ role, scope, user_count }) => `${role} ${scope} ${user_count}`);

describe("a platform admin counts all organizations, suspended ones too", () => {
  test("role-wise: each person once in the whole service", async () => {
    const roles = async (asked: Asked) =>
      counts(await foldedOrNot(ids, () => statsOf(ada, "role-wise-users", { ...then, ...asked })));
    expect(await roles({})).toEqual([
      "Cantante organization 2",
      "Ospite organization 1",
      "Ospite website 1",
      "admin organization 1",
      "member organization 1",
      "owner organization 2",
      "website_user website 1",
    ]);
    expect(await roles({ status: "suspended" })).toEqual(["admin organization 1"]);
    expect(await roles({ status: "active" })).toHaveLength(6);
    expect(await roles({ from: third })).toEqual([
      "Cantante organization 1",
      "Ospite website 1",
      "member organization 1",
    ]);
    expect(await roles({ to: third })).toContain("Cantante organization 1");
  });

  test("page by page the same", async () => {
    const whole = await statsOf(ada, "role-wise-users", then);
    for (const limit of [1, 2, 5])
      expect(await statsOf(ada, "role-wise-users", { ...then, limit })).toEqual(whole);
  });

  test("org-wise: every organization there is, those without members too", async () => {
    const [empty] = await owner("insert into organisation (name) values ('Vuota') returning id");
    const rows = await foldedOrNot(ids, () =>
      statsOf(ada, "org-wise-members", { ...then, limit: 200 }).then((all) =>
        all.filter(({ org_id, member_count }) => member_count > 0 || org_id === empty?.id),
      ),
    );
    expect(rows).toEqual([
      { org_id: ids[0], organization: "Uno", member_count: 3 },
      { org_id: ids[1], organization: "Due", member_count: 6 },
      { org_id: empty?.id, organization: "Vuota", member_count: 0 },
    ]);
  });

  test("org-role-wise: every role of every organization that somebody holds", async () => {
    const rows = await foldedOrNot(ids, () => statsOf(ada, "org-role-wise-users", then));
    const row = (org_id: number, organization: string, held: string) => {
      const [role, scope, user_count] = held.split(" ");
      return { org_id, organization, role, scope, user_count: Number(user_count) };
    };
    expect(rows).toEqual([
      row(ids[0], "Uno", "owner organization 1"),
      row(ids[0], "Uno", "member organization 1"),
      row(ids[0], "Uno", "website_user website 1"),
      row(ids[0], "Uno", "Cantante organization 1"),
      row(ids[0], "Uno", "Ospite website 1"),
      row(ids[1], "Due", "owner organization 1"),
      row(ids[1], "Due", "admin organization 1"),
      row(ids[1], "Due", "member organization 1"),
      row(ids[1], "Due", "website_user website 1"),
      row(ids[1], "Due", "Cantante organization 2"),
      row(ids[1], "Due", "Ospite organization 1"),
    ]);
    for (const limit of [1, 3, 10])
      expect(await statsOf(ada, "org-role-wise-users", { ...then, limit })).toEqual(rows);
  });

  test("growth: the memberships of all of them", async () => {
    const series = await foldedOrNot(ids, () => growth(then));
    expect(series).toEqual([
      [3, 0, 3],
      [5, 0, 8],
      [2, 1, 9],
    ]);
    expect(await growth({ ...then, status: "suspended" })).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [0, 0, 1],
    ]);
  });

  test("in one that is named, what its owner sees", async () => {
    for (const host of hosts)
      for (const path of statsPaths) {
        const asked = { ...then, org_id: host.org_id };
        const seen = await statsOf(ada, path, asked);
        expect(seen.length).toBeGreaterThan(0);
        expect(seen).toEqual(await statsOf(host, path, asked));
      }
  });
});

/** `[joined, left, total]` of each bucket in the whole service, without those who were there before. */
async function growth(asked: Asked): Promise<number[][]> {
  const series: Bucket[] = await statsOf(ada, "membership-growth", asked);
  const [{ joined, left, total } = { joined: 0, left: 0, total: 0 }] = series;
  const before = total - joined + left;
  return series.map((bucket) => [bucket.joined, bucket.left, bucket.total - before]);
}

test("a deleted organization is in no list, but its memberships were there until then", async () => {
  const host = await signedIn();
  // Memberships of a time that has not come end when they begin.
  const later = { from: "2150-03-01", to: "2150-03-04" };
  await allSince(host.org_id, utc("2150-03-02"));
  await memberSince(host.org_id, { at: utc("2150-03-03"), status: 1 });
  const past = { from: "1983-06-01", to: "1983-06-04" };
  await memberSince(host.org_id, { at: utc("1983-06-01") });
  await wasMember(host.org_id, utc("1983-06-01"), utc("1983-06-03"));
  const joined = [
    [2, 0, 2],
    [0, 0, 2],
    [0, 1, 1],
  ];
  const gone = async (path: (typeof statsPaths)[number]) =>
    (await statsOf(ada, path, { ...later, limit: 200 })).filter(({ org_id }) => org_id === host.org_id);
  expect(await foldedOrNot([host.org_id], () => growth(later))).toEqual([
    [0, 0, 0],
    [1, 0, 1],
    [1, 0, 2],
  ]);
  expect(await growth(past)).toEqual(joined);
  expect(await statsOf(ada, "role-wise-users", later)).toHaveLength(2);
  expect(await gone("org-wise-members")).toHaveLength(1);

  await as(host)(`DELETE /organizations/${host.org_id}`);
  for (const path of statsPaths)
    await expectProblem(await askStats(ada, path, { org_id: host.org_id }), "not_found", path);
  const look = async () => {
    expect(await statsOf(ada, "role-wise-users", later)).toEqual([]);
    expect(await gone("org-wise-members")).toEqual([]);
    expect(await gone("org-role-wise-users")).toEqual([]);
    expect(await growth(past)).toEqual(joined);
    expect(await growth({ ...past, from: "1983-06-03", status: "active" })).toEqual([[0, 1, -1]]);
    expect(await growth({ ...later, status: "suspended" })).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [1, 1, 0],
    ]);
    return growth(later);
  };
  expect(await foldedOrNot(ids, look)).toEqual([
    [0, 0, 0],
    [1, 1, 0],
    [1, 1, 0],
  ]);
});
