// POST /permissions/check: what the caller may there, now, as the guards of the endpoints see it.
import { beforeAll, describe, expect, test } from "vitest";
import { type Permission, permissions, systemRoles } from "../src/permissions.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, visits, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let shop: number;
let blog: number;
beforeAll(async () => {
  ann = await signedIn();
  [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id, "Blog")];
});

const catalogue = Object.entries(permissions).flatMap(([on, actions]) =>
  actions.map((action) => `${on}:${action}` as Permission),
);
const ask = (person: SignedIn, permission: string, about: object = {}) =>
  as(person)("POST /permissions/check", { org_id: ann.org_id, permission, ...about });
const allowed = async (person: SignedIn, permission: string, about: object = {}) => {
  const answer = await expectAnswer(await ask(person, permission, about), 200);
  expect(Object.keys(answer)).toEqual(["allowed"]);
  return answer.allowed;
};
const allAllowed = async (person: SignedIn, about: object = {}) => {
  const answers = await Promise.all(catalogue.map((permission) => allowed(person, permission, about)));
  return catalogue.filter((_, i) => answers[i] === true);
};
const roleNamed = (name: string) => systemRoles.find((role) => role.name === name)?.permissions ?? [];
const inOrder = (list: readonly string[]) => catalogue.filter((permission) => list.includes(permission));

test.each(["owner", "admin", "member"])("%s: what PRODUCT.md says of the role", async (role) => {
  const person = await memberOf(ann.org_id, { role });
  expect(await allAllowed(person)).toEqual(inOrder(roleNamed(role)));
  // On a website, a member may what their role says, and nothing more.
  expect(await allAllowed(person, { website_id: shop })).toEqual(inOrder(roleNamed(role)));
});

test("a custom role: what it holds, until it changes", async () => {
  const held: Permission[] = ["audit:read", "website:invite"];
  const person = await memberOf(ann.org_id, { permissions: held });
  expect(await allAllowed(person)).toEqual(inOrder(held));
  await owner("update role set permissions = '{stats:read}' where name = $1", [`custom ${person.user_id}`]);
  expect(await allAllowed(person)).toEqual(["stats:read"]);
});

describe("a website's guest", () => {
  test.each(["website_admin", "website_user"])("%s: on that website what the role says", async (role) => {
    const guest = await guestOf(shop, { role });
    expect(await allAllowed(guest, { website_id: shop })).toEqual(inOrder(roleNamed(role)));
    await expectProblem(await ask(guest, "website:read", { website_id: blog }), "not_found");
    await expectProblem(await ask(guest, "website:read"), "not_found");
  });

  test("who is a member too: on that website both, elsewhere their own", async () => {
    const both = await memberOf(ann.org_id, { permissions: ["audit:read"] });
    await visits(both.user_id, shop);
    const held = ["website:read", "website:update", "audit:read"];
    expect(await allAllowed(both, { website_id: shop })).toEqual(inOrder(held));
    for (const about of [{}, { website_id: blog }])
      expect(await allAllowed(both, about)).toEqual(["audit:read"]);
  });

  test("suspended there, is told so", async () => {
    const guest = await guestOf(shop, { status: 1 });
    await expectProblem(await ask(guest, "website:read", { website_id: shop }), "member_suspended");
  });
});

test("where the caller is a stranger, or nothing is, there is nothing to ask", async () => {
  const stranger = await signedIn();
  const theirs = await websiteOf(stranger.org_id);
  await expectProblem(await ask(stranger, "member:read"), "not_found");
  for (const org_id of [2147483647, 0, "1", null])
    await expectProblem(await ask(ann, "member:read", { org_id }), "not_found");
  for (const website_id of [theirs, 2147483647, 0, "x", null])
    await expectProblem(await ask(ann, "member:read", { website_id }), "not_found");
  const narrowed = await signIn(ann, { org_id: ann.org_id });
  expect(await allowed(narrowed, "member:read")).toBe(true);
  const [other] = await owner("select id from organisation where id = $1", [stranger.org_id]);
  await expectProblem(await ask(narrowed, "member:read", { org_id: other?.id }), "not_found");
});

test("the suspended are told so; in a suspended organization its owner may read, and nobody else anything", async () => {
  const boss = await signedIn();
  const site = await websiteOf(boss.org_id);
  const [off, admin] = [
    await memberOf(boss.org_id, { role: "owner", status: 1 }),
    await memberOf(boss.org_id, { role: "admin" }),
  ];
  const guest = await guestOf(site);
  const here = { org_id: boss.org_id };
  await expectProblem(await ask(off, "member:read", here), "member_suspended");
  await owner("update organisation set status = 1 where id = $1", [boss.org_id]);
  await expectProblem(await ask(off, "member:read", here), "member_suspended");
  await expectProblem(await ask(admin, "member:read", here), "organization_suspended");
  const there = { ...here, website_id: site };
  await expectProblem(await ask(guest, "website:read", there), "organization_suspended");
  expect(await allAllowed(boss, here)).toEqual(
    catalogue.filter((permission) => permission.endsWith(":read")),
  );
  await expectProblem(await ask(await signedIn(), "member:read", here), "not_found");
});

test.each([
  ["a permission of no kind", { permission: "member:fly" }, "permission"],
  ["membership", { permission: "membership" }, "permission"],
  ["a pattern", { permission: "member:*" }, "permission"],
  ["no permission", { permission: undefined }, "permission"],
  ["no organization", { org_id: undefined }, "org_id"],
  ["somebody else", { user_id: 1 }, "user_id"],
])("refuses %s", async (_, json, path) => {
  const { errors } = await expectProblem(await ask(ann, "member:read", json), "invalid_request");
  expect(errors.map((error: { path: string }) => error.path)).toEqual([path]);
});
