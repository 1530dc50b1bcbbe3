// `from` is inclusive and `to` exclusive, to the millisecond, on the day that a membership was made: for members and
// guests, for whole days that the tallies hold and for the parts of days beside them.
import { beforeAll, expect, test } from "vitest";
import { type SignedIn, signedIn } from "./support/people.ts";
import { type Asked, allSince, foldedOrNot, guestSince, memberSince, statsOf, utc } from "./support/stats.ts";
import { websiteOf } from "./support/tenants.ts";

const midnight = utc("2002-03-04");
const hour = 3_600_000;
const day = 24 * hour;
/** When the members came, Ann first. */
const times = [
  midnight - day - 1,
  midnight - day,
  midnight - hour,
  midnight - 1,
  midnight,
  midnight + 1,
  midnight + hour - 1,
  midnight + hour,
  midnight + day - 1,
  midnight + day,
  midnight + day + 1,
  midnight + 2 * day,
  midnight + 2 * day + 12 * hour,
];

let ann: SignedIn;
let site: number;
beforeAll(async () => {
  ann = await signedIn();
  site = await websiteOf(ann.org_id);
  await allSince(ann.org_id, times[0] ?? 0);
  for (const [i, at] of times.slice(1).entries())
    await memberSince(ann.org_id, { at, role: "owner", status: i % 3 === 0 ? 1 : 0 });
  for (const at of times) await guestSince(site, { at });
});

const between = ({ from = -Infinity, to = Infinity }: { from?: number; to?: number }) =>
  times.filter((at) => at >= from && at < to).length;

/** Members, and guests. */
async function counted(asked: Asked): Promise<[number, number]> {
  const [org] = await statsOf(ann, "org-wise-members", asked);
  const roles = await statsOf(ann, "role-wise-users", asked);
  const orgRoles = await statsOf(ann, "org-role-wise-users", asked);
  const of = (rows: { role: string; user_count: number }[], name: string) =>
    rows.find(({ role }) => role === name)?.user_count ?? 0;
  expect(of(roles, "owner")).toBe(org.member_count);
  expect(of(orgRoles, "owner")).toBe(org.member_count);
  expect(of(orgRoles, "website_user")).toBe(of(roles, "website_user"));
  expect(roles.length).toBe((org.member_count > 0 ? 1 : 0) + (of(roles, "website_user") > 0 ? 1 : 0));
  return [org.member_count, of(roles, "website_user")];
}

const bounds = [...times.flatMap((at) => [at, at + 1]), midnight - 3 * day, midnight + 4 * day];

test("from is inclusive", async () => {
  await foldedOrNot([ann.org_id], async () => {
    for (const from of bounds) {
      const count = between({ from });
      expect(await counted({ from }), String(from)).toEqual([count, count]);
    }
  });
});

test("to is exclusive", async () => {
  await foldedOrNot([ann.org_id], async () => {
    for (const to of bounds) {
      const count = between({ to });
      expect(await counted({ to }), String(to)).toEqual([count, count]);
    }
  });
});

const ranges: [number, number][] = [
  [midnight, midnight + day],
  [midnight - 1, midnight + day + 1],
  [midnight + 1, midnight + day - 1],
  [midnight - day, midnight + 2 * day],
  [midnight - day + 1, midnight + 2 * day + 12 * hour],
  [midnight + 1, midnight + hour],
  [midnight - hour, midnight],
  [midnight - hour, midnight + 1],
  [midnight - 1, midnight],
  [midnight, midnight + 1],
  [midnight, midnight],
  [midnight - day, midnight - day],
  [0, midnight],
  [midnight + day, 999_999_999_999_999],
];

test.each(ranges)("from %i to %i, in milliseconds or ISO 8601", async (from, to) => {
  const count = between({ from, to });
  const iso = (ms: number) => new Date(ms).toISOString();
  await foldedOrNot([ann.org_id], async () => {
    expect(await counted({ from, to })).toEqual([count, count]);
    if (to > 1e13) return;
    expect(await counted({ from: iso(from), to: iso(to) })).toEqual([count, count]);
    const later = new Date(to + 2 * hour).toISOString().replace("Z", "+02:00");
    expect(await counted({ from, to: later, org_id: ann.org_id })).toEqual([count, count]);
  });
});

test("a day is its first moment in UTC", async () => {
  const count = between({ from: midnight, to: midnight + day });
  expect(await counted({ from: "2002-03-04", to: "2002-03-05" })).toEqual([count, count]);
  expect(count).toBe(5);
});

test("joins with the status", async () => {
  const isSuspended = (i: number) => i > 0 && (i - 1) % 3 === 0;
  for (const [from, to] of ranges) {
    const inside = (at: number) => at >= from && at < to;
    const suspended = times.filter((at, i) => inside(at) && isSuspended(i)).length;
    const asked = { from, to, org_id: ann.org_id };
    await foldedOrNot([ann.org_id], async () => {
      expect((await counted({ ...asked, status: "suspended" }))[0]).toBe(suspended);
      expect((await counted({ ...asked, status: "active" }))[0]).toBe(between({ from, to }) - suspended);
    });
  }
});

test("moved to another time, a membership counts there and no more where it was", async () => {
  const bob = await signedIn();
  const count = (asked: Asked) =>
    foldedOrNot([bob.org_id], async () => (await statsOf(bob, "org-wise-members", asked))[0].member_count);
  const here = { from: "2003-01-01", to: "2003-01-02" };
  expect(await count(here)).toBe(0);
  await allSince(bob.org_id, utc("2003-01-01"));
  expect([await count(here), await count({ from: "2003-01-02" }), await count({})]).toEqual([1, 0, 1]);
  await allSince(bob.org_id, utc("2004-01-01"));
  expect([await count(here), await count({ from: "2003-01-02" }), await count({})]).toEqual([0, 1, 1]);
});
