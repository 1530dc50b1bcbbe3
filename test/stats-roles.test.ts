// GET /stats/role-wise-users and /stats/org-role-wise-users: how many people hold each role, each of them once.
import { beforeAll, describe, expect, test } from "vitest";
import { type SignedIn, signedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { type Asked, foldedOrNot, guestSince, memberSince, newUserId, statsOf } from "./support/stats.ts";
import { roleOf, visits, websiteOf } from "./support/tenants.ts";

/** `role scope` → how many. */
type Counts = Record<string, number>;
type Row = { role: string; scope: string; user_count: number; org_id: number };

const byRole = (rows: Row[]): Counts =>
  Object.fromEntries(rows.map(({ role, scope, user_count }) => [`${role} ${scope}`, user_count]));
const roleWise = (person: SignedIn, orgIds: number[], asked: Asked = {}): Promise<Row[]> =>
  foldedOrNot(orgIds, () => statsOf(person, "role-wise-users", asked));
const orgRoleWise = (person: SignedIn, orgIds: number[], asked: Asked = {}): Promise<Row[]> =>
  foldedOrNot(orgIds, () => statsOf(person, "org-role-wise-users", asked));

const inOrg = (rows: Row[], orgId: number) => byRole(rows.filter(({ org_id }) => org_id === orgId));

/** Ann owns two organizations, with two websites in the first. */
let ann: SignedIn;
let second: number;
let orgIds: number[];
let shop: number;
let blog: number;

beforeAll(async () => {
  ann = await signedIn({ organization_name: "First" });
  second = (await expectAnswer(await as(ann)("POST /organizations", { name: "Second" }), 201)).org_id;
  orgIds = [ann.org_id, second];
  [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id, "Blog")];
  const away = await websiteOf(second);

  const both = await memberSince(ann.org_id, { role: "admin" });
  await memberSince(second, { role: "admin", userId: both });
  const mixed = await memberSince(ann.org_id);
  await memberSince(second, { role: "admin", userId: mixed });
  await memberSince(second);

  const guest = await guestSince(shop);
  await guestSince(blog, { userId: guest });
  await guestSince(away, { userId: guest });
  await guestSince(blog, { role: "website_admin" });
  // A colleague with a role on a website holds both.
  await visits(mixed, shop, { role: "website_admin" });

  for (const orgId of orgIds) await roleOf(orgId, [], { name: "Editor" });
  await roleOf(second, [], { name: "editor of all" });
  const editor = await memberSince(ann.org_id, { role: "Editor" });
  await memberSince(second, { role: "Editor", userId: editor });
  await memberSince(second, { role: "Editor" });
  await roleOf(ann.org_id, [], { name: "Nobody's" });
});

describe("role-wise", () => {
  test("each role by its name and scope, each person once, in all organizations together", async () => {
    expect(await roleWise(ann, orgIds)).toEqual([
      { role: "Editor", scope: "organization", user_count: 2 },
      { role: "admin", scope: "organization", user_count: 2 },
      { role: "member", scope: "organization", user_count: 2 },
      { role: "owner", scope: "organization", user_count: 1 },
      { role: "website_admin", scope: "website", user_count: 2 },
      { role: "website_user", scope: "website", user_count: 1 },
    ]);
  });

  test("in one organization alone", async () => {
    expect(byRole(await roleWise(ann, orgIds, { org_id: ann.org_id }))).toEqual({
      "Editor organization": 1,
      "admin organization": 1,
      "member organization": 1,
      "owner organization": 1,
      "website_admin website": 2,
      "website_user website": 1,
    });
    expect(byRole(await roleWise(ann, orgIds, { org_id: second }))).toEqual({
      "Editor organization": 2,
      "admin organization": 2,
      "member organization": 1,
      "owner organization": 1,
      "website_user website": 1,
    });
  });
});

describe("org-role-wise", () => {
  test("each role that somebody holds, by organization and the role's id, with exactly the contract's fields", async () => {
    const row =
      (org_id: number, organization: string) => (role: string, scope: string, user_count: number) => ({
        ...{ org_id, organization, role, scope, user_count },
      });
    const [first, other] = [row(ann.org_id, "First"), row(second, "Second")];
    expect(await orgRoleWise(ann, orgIds)).toEqual([
      first("owner", "organization", 1),
      first("admin", "organization", 1),
      first("member", "organization", 1),
      first("website_admin", "website", 2),
      first("website_user", "website", 1),
      first("Editor", "organization", 1),
      other("owner", "organization", 1),
      other("admin", "organization", 2),
      other("member", "organization", 1),
      other("website_user", "website", 1),
      other("Editor", "organization", 2),
    ]);
  });

  test("of one organization what it is among all", async () => {
    const all = await orgRoleWise(ann, orgIds);
    for (const org_id of orgIds)
      expect(await orgRoleWise(ann, orgIds, { org_id })).toEqual(all.filter((row) => row.org_id === org_id));
  });
});

test("suspended memberships count unless the filter says otherwise, of websites too", async () => {
  const bob = await signedIn();
  const site = await websiteOf(bob.org_id);
  for (const status of [0, 1, 1]) await memberSince(bob.org_id, { status });
  for (const status of [0, 0, 1]) await guestSince(site, { status });
  const guests = (count: number) => ({ "website_user website": count });
  for (const [asked, counts] of [
    [{}, { "owner organization": 1, "member organization": 3, ...guests(3) }],
    [{ status: "active" }, { "owner organization": 1, "member organization": 1, ...guests(2) }],
    [{ status: 0 }, { "owner organization": 1, "member organization": 1, ...guests(2) }],
    [{ status: "suspended" }, { "member organization": 2, ...guests(1) }],
    [{ status: 1 }, { "member organization": 2, ...guests(1) }],
  ] as [Asked, Counts][])
    for (const org of [{}, { org_id: bob.org_id }]) {
      expect(byRole(await roleWise(bob, [bob.org_id], { ...asked, ...org }))).toEqual(counts);
      expect(byRole(await orgRoleWise(bob, [bob.org_id], { ...asked, ...org }))).toEqual(counts);
    }
});

test("whoever is active here and suspended there is one person, and counts by each status", async () => {
  const bob = await signedIn();
  const other = (await expectAnswer(await as(bob)("POST /organizations", { name: "Other" }), 201)).org_id;
  const userId = await memberSince(bob.org_id);
  await memberSince(other, { userId, status: 1 });
  const members = async (asked: Asked) =>
    byRole(await roleWise(bob, [bob.org_id, other], asked))["member organization"];
  expect(await members({})).toBe(1);
  expect(await members({ status: "active" })).toBe(1);
  expect(await members({ status: "suspended" })).toBe(1);
  expect(await members({ status: "suspended", org_id: bob.org_id })).toBeUndefined();
});

test("on several websites of one organization one person counts once for each role", async () => {
  const bob = await signedIn();
  const sites = [
    await websiteOf(bob.org_id),
    await websiteOf(bob.org_id),
    await websiteOf(bob.org_id),
  ] as const;
  const userId = await newUserId();
  for (const site of sites.slice(0, 2)) await guestSince(site, { userId });
  await guestSince(sites[2], { userId, role: "website_admin" });
  const counts = { "owner organization": 1, "website_admin website": 1, "website_user website": 1 };
  expect(byRole(await roleWise(bob, [bob.org_id]))).toEqual(counts);
  expect(byRole(await orgRoleWise(bob, [bob.org_id]))).toEqual(counts);
});

test("one name in two scopes is two roles", async () => {
  const bob = await signedIn();
  const other = (await expectAnswer(await as(bob)("POST /organizations", { name: "Other" }), 201)).org_id;
  await roleOf(bob.org_id, [], { name: "Helper" });
  await roleOf(other, [], { name: "Helper", scope: "website" });
  await memberSince(bob.org_id, { role: "Helper" });
  const site = await websiteOf(other);
  for (let i = 0; i < 2; i += 1) await guestSince(site, { role: "Helper" });
  expect(byRole(await roleWise(bob, [bob.org_id, other]))).toMatchObject({
    "Helper organization": 1,
    "Helper website": 2,
  });
});

test("a renamed role has its new name, alone or together with another of that name", async () => {
  const bob = await signedIn();
  const other = (await expectAnswer(await as(bob)("POST /organizations", { name: "Other" }), 201)).org_id;
  const role = await roleOf(bob.org_id, [], { name: "Before" });
  await roleOf(other, [], { name: "After" });
  await memberSince(bob.org_id, { role: "Before" });
  await memberSince(other, { role: "After" });
  const both = [bob.org_id, other];
  expect(byRole(await roleWise(bob, both))).toMatchObject({
    "After organization": 1,
    "Before organization": 1,
  });
  await expectAnswer(
    await as(bob)(`PATCH /organizations/${bob.org_id}/roles/${role}`, { name: "After" }),
    200,
  );
  const all = byRole(await roleWise(bob, both));
  expect(all).toEqual({ "After organization": 2, "owner organization": 1 });
  expect(inOrg(await orgRoleWise(bob, both), bob.org_id)).toEqual({
    "After organization": 1,
    "owner organization": 1,
  });
});
