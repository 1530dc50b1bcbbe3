// Who counts what: everybody the organizations where they hold stats:read, by an access token for one that one alone.
import { beforeAll, describe, expect, test } from "vitest";
import { joins } from "./support/callers.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as } from "./support/requests.ts";
import { askStats, memberSince, statsOf, statsPaths } from "./support/stats.ts";
import { guestOf, memberOf, roleOf, websiteOf } from "./support/tenants.ts";

/** Whom a caller counts, by all four: ids of organizations, members by role, and how many members there are. */
async function sees(person: { access: string }, asked = {}) {
  const orgs = await statsOf(person, "org-wise-members", asked);
  const orgIds = orgs.map(({ org_id }) => org_id);
  const held = new Set((await statsOf(person, "org-role-wise-users", asked)).map(({ org_id }) => org_id));
  expect([...held]).toEqual(orgIds);
  const roles = await statsOf(person, "role-wise-users", asked);
  const series = await statsOf(person, "membership-growth", asked);
  const members = orgs.reduce((sum, { member_count }) => sum + member_count, 0);
  expect(series.at(-1)?.total ?? 0).toBe(members);
  return { orgIds, members, owners: roles.find(({ role }) => role === "owner")?.user_count ?? 0 };
}
const nothing = { orgIds: [], members: 0, owners: 0 };

/** Three organizations of two, three and four members, by ascending id. */
let hosts: SignedIn[];
let ids: number[];
beforeAll(async () => {
  hosts = [];
  for (const extras of [1, 2, 3]) {
    const host = await signedIn();
    for (let i = 0; i < extras; i += 1) await memberSince(host.org_id);
    hosts.push(host);
  }
  ids = hosts.map(({ org_id }) => org_id);
});

/** Somebody whose own organization is gone. */
async function homeless(): Promise<SignedIn> {
  const person = await signedIn();
  await as(person)(`DELETE /organizations/${person.org_id}`);
  return person;
}

test("an owner sees their own, and nothing of others", async () => {
  for (const [i, host] of hosts.entries()) {
    const mine = { orgIds: [host.org_id], members: i + 2, owners: 1 };
    expect(await sees(host)).toEqual(mine);
    expect(await sees(host, { org_id: host.org_id })).toEqual(mine);
  }
});

test("with stats:read in two of three organizations: these two, by whatever role", async () => {
  const [first = 0, second = 0, third = 0] = ids;
  const person = await homeless();
  await joins(person, first, { role: "member" });
  await joins(person, second, { role: "admin" });
  await joins(person, third, { permissions: ["stats:read"] });
  // Each of them has one member more now.
  expect(await sees(person)).toEqual({ orgIds: [second, third], members: 4 + 5, owners: 2 });
  expect(await sees(person, { org_id: second })).toEqual({ orgIds: [second], members: 4, owners: 1 });
  expect(await sees(person, { org_id: third })).toEqual({ orgIds: [third], members: 5, owners: 1 });
  for (const path of statsPaths)
    await expectProblem(await askStats(person, path, { org_id: first }), "permission_missing", path);
  await owner("delete from member where user_id = $1", [person.user_id]);
  expect(await sees(person)).toEqual(nothing);
});

describe("nobody else counts anything", () => {
  test.each([
    ["a member", { role: "member" }],
    [
      "a role with every other permission to read",
      { permissions: ["member:read", "role:read", "audit:read"] },
    ],
    ["a suspended admin", { role: "admin", status: 1 }],
    ["a suspended holder of stats:read", { permissions: ["stats:read"], status: 1 }],
  ])("%s: an empty list, without an error", async (_, membership) => {
    const host = await signedIn();
    const person = await homeless();
    await joins(person, host.org_id, membership);
    expect(await sees(person)).toEqual(nothing);
  });

  test("a guest: no role of a website grants it, none can", async () => {
    const host = await signedIn();
    const site = await websiteOf(host.org_id);
    const counter = { scope: "website", name: "Counter" };
    await expect(roleOf(host.org_id, ["stats:read"], counter)).rejects.toMatchObject({
      constraint: "permissions_unfit",
    });
    for (const role of ["website_admin", "website_user"]) {
      const guest = await guestOf(site, { role });
      await as(guest)(`DELETE /organizations/${guest.org_id}`);
      expect(await sees(guest)).toEqual(nothing);
      for (const path of statsPaths)
        await expectProblem(await askStats(guest, path, { org_id: host.org_id }), "not_found", path);
    }
  });

  test("people of no organization", async () => {
    expect(await sees(await homeless())).toEqual(nothing);
  });
});

test("in a suspended organization its owner still counts, an admin no more", async () => {
  const host = await signedIn();
  const admin = await homeless();
  await joins(admin, host.org_id, { role: "admin" });
  const seen = { orgIds: [host.org_id], members: 2, owners: 1 };
  expect(await sees(admin)).toEqual(seen);
  await owner("update organisation set status = 1 where id = $1", [host.org_id]);
  expect(await sees(host)).toEqual(seen);
  expect(await sees(admin)).toEqual(nothing);
});

describe("by an access token for one organization", () => {
  test("that one alone; another of the same owner is a 404", async () => {
    const person = await signUp();
    const free = await signIn(person);
    const other = await signedIn();
    await joins(free, other.org_id, { role: "owner" });
    expect((await sees(free)).orgIds).toEqual([person.org_id, other.org_id]);
    for (const [here, there, members] of [
      [person.org_id, other.org_id, 1],
      [other.org_id, person.org_id, 2],
    ] as const) {
      const narrowed = await signIn(person, { org_id: here });
      const seen = { orgIds: [here], members, owners: members };
      expect(await sees(narrowed)).toEqual(seen);
      expect(await sees(narrowed, { org_id: here })).toEqual(seen);
      for (const path of statsPaths)
        await expectProblem(await askStats(narrowed, path, { org_id: there }), "not_found", path);
    }
  });

  test("in which the caller may not count: nothing, also where they may elsewhere", async () => {
    const person = await signUp();
    const other = await signedIn();
    await joins(await signIn(person), other.org_id, { role: "member" });
    const narrowed = await signIn(person, { org_id: other.org_id });
    expect(await sees(narrowed)).toEqual(nothing);
    for (const path of statsPaths)
      await expectProblem(await askStats(narrowed, path, { org_id: other.org_id }), "permission_missing");
  });

  test("a cursor is that token's alone", async () => {
    const person = await signUp();
    const [free, narrowed] = [await signIn(person), await signIn(person, { org_id: person.org_id })];
    await memberSince(person.org_id);
    const page = await askStats(free, "role-wise-users", { limit: 1 });
    const { next_cursor: cursor } = await page.json<{ next_cursor: string }>();
    expect(cursor).toEqual(expect.any(String));
    await expectProblem(await askStats(narrowed, "role-wise-users", { cursor }), "invalid_cursor");
  });
});

describe("on the next request", () => {
  test("another role, and a role with other permissions", async () => {
    const host = await signedIn();
    const person = await memberOf(host.org_id, { role: "admin" });
    const mine = person.org_id;
    const seen = async () => (await sees(person)).orgIds;
    expect(await seen()).toEqual([host.org_id, mine]);
    const change = (role: string) =>
      as(host)(`PATCH /organizations/${host.org_id}/members/${person.user_id}`, { role });
    await change("member");
    expect(await seen()).toEqual([mine]);
    const roles = `/organizations/${host.org_id}/roles`;
    const json = { name: "Counter", scope: "organization", permissions: ["stats:read"] };
    const { role_id } = await (await as(host)(`POST ${roles}`, json)).json<{ role_id: number }>();
    await change("Counter");
    expect(await seen()).toEqual([host.org_id, mine]);
    await as(host)(`PATCH ${roles}/${role_id}`, { permissions: ["member:read"] });
    expect(await seen()).toEqual([mine]);
  });

  test("suspension, of the membership and of the person, and the end of the session", async () => {
    const host = await signedIn();
    const person = await memberOf(host.org_id, { role: "admin" });
    const set = (status: string) =>
      as(host)(`PATCH /organizations/${host.org_id}/members/${person.user_id}`, { status });
    await set("suspended");
    expect((await sees(person)).orgIds).toEqual([person.org_id]);
    await set("active");
    expect((await sees(person)).orgIds).toEqual([host.org_id, person.org_id]);
    await owner(`update "user" set status = 1 where id = $1`, [person.user_id]);
    for (const path of statsPaths) await expectProblem(await askStats(person, path), "session_ended");
    await owner(`update "user" set status = 0 where id = $1`, [person.user_id]);
    await as(person)("POST /signout");
    for (const path of statsPaths) await expectProblem(await askStats(person, path), "session_ended");
  });
});
