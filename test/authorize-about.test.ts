// The guard of requests that name more than their organization: what does not belong there is not there, whatever the
// caller may; and a website lets its guests in.
import { beforeAll, describe, expect, test } from "vitest";
import type { About } from "../src/db/tenant.ts";
import { callerOf, joins } from "./support/callers.ts";
import { accesses, outcome } from "./support/guarded.ts";
import { inviteFrom } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { guestOf, memberOf, roleIdOf, visits, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
/** A member of Ann's organization who may do nothing there. */
let idle: SignedIn;
let bob: SignedIn;
let shop: number;
let blog: number;
let foreignSite: number;
/** An invite to somebody: to Ann's organization or Bob's, or a website of it. */
const invite = async (person: SignedIn, websiteId: number | null = null) =>
  (await inviteFrom(person, { websiteId })).invite_id;
beforeAll(async () => {
  [ann, idle, bob] = await Promise.all([signedIn(), signedIn(), signedIn()]);
  await joins(idle, ann.org_id, { permissions: [] });
  shop = await websiteOf(ann.org_id);
  blog = await websiteOf(ann.org_id, "Blog");
  foreignSite = await websiteOf(bob.org_id);
});

/** The outcome for each access, in Ann's organization. */
async function outcomes(person: SignedIn, needs: string, about: About) {
  const codes: string[] = [];
  for (const access of accesses)
    codes.push(await outcome(callerOf(person), ann.org_id, needs, access, about));
  return codes;
}
const all = (code: string) => [code, code, code];
const allowed = () => [`inside ${ann.org_id}`, "changed 1", "changed 1"];

const missing = 2147483647;
const elsewhere: Record<string, () => About | Promise<About>> = {
  "a user who does not exist": () => ({ userId: missing }),
  "a user of another organization": () => ({ userId: bob.user_id }),
  "a guest of a website, as a member": async () => ({ userId: (await guestOf(shop)).user_id }),
  "a role that does not exist": () => ({ roleId: missing }),
  "a role of another organization": async () => ({ roleId: await roleIdOf(bob.org_id, "member") }),
  "a website that does not exist": () => ({ websiteId: missing }),
  "a website of another organization": () => ({ websiteId: foreignSite }),
  "a member who is not the website's": () => ({ websiteId: shop, userId: idle.user_id }),
  "a guest of another website": async () => ({ websiteId: shop, userId: (await guestOf(blog)).user_id }),
  "an invite that does not exist": () => ({ inviteId: missing }),
  "an invite of another organization": async () => ({ inviteId: await invite(bob) }),
  "an invite to a website, as one to the organization": async () => ({ inviteId: await invite(ann, shop) }),
  "an invite to the organization, as one to a website": async () => ({
    websiteId: shop,
    inviteId: await invite(ann),
  }),
  "an invite to another website": async () => ({ websiteId: shop, inviteId: await invite(ann, blog) }),
  "an invite to a website, of any website": async () => ({
    websiteId: null,
    inviteId: await invite(ann, shop),
  }),
  "an invite of another organization, to a website": async () => ({
    websiteId: foreignSite,
    inviteId: await invite(bob, foreignSite),
  }),
  "an actor who does not exist": () => ({ actorId: missing }),
  "an actor of another organization": () => ({ actorId: bob.user_id }),
  "one that is there beside one that is not": () => ({ userId: ann.user_id, roleId: missing }),
};

describe.each(Object.entries(elsewhere))("%s", (_, make) => {
  test("is not there, for the owner, for one who may nothing and for one who is suspended", async () => {
    const about = await make();
    expect(await outcomes(ann, "member:update", about)).toEqual(all("not_found"));
    expect(await outcomes(idle, "member:update", about)).toEqual(all("not_found"));
    const off = await memberOf(ann.org_id, { status: 1 });
    expect(await outcomes(off, "member:update", about)).toEqual(all("not_found"));
  });
});

test("what is there comes before the permission, and the permission after it", async () => {
  const guest = await guestOf(shop);
  const roleId = await roleIdOf(ann.org_id, "admin");
  for (const about of [
    { userId: ann.user_id },
    { roleId },
    { actorId: idle.user_id },
    { websiteId: shop },
    { websiteId: null },
    { websiteId: shop, userId: guest.user_id },
    { inviteId: await invite(ann) },
    { websiteId: shop, inviteId: await invite(ann, shop) },
    { userId: idle.user_id, roleId },
  ]) {
    expect(await outcomes(ann, "member:update", about)).toEqual(allowed());
    expect(await outcomes(idle, "member:update", about)).toEqual(all("permission_missing"));
  }
});

test("whoever left is still an actor of the trail, and no member", async () => {
  const gone = await memberOf(ann.org_id, { role: "admin" });
  // The trail as a change by them would have written it.
  await owner(
    "insert into audit_event (org_id, actor_id, action, target_type, target_id) values ($1, $2, 'x.y', 'x', 1)",
    [ann.org_id, gone.user_id],
  );
  await owner("delete from member where user_id = $1 and org_id = $2", [gone.user_id, ann.org_id]);
  expect(await outcomes(ann, "audit:read", { actorId: gone.user_id })).toEqual(allowed());
  expect(await outcomes(ann, "audit:read", { userId: gone.user_id })).toEqual(all("not_found"));
});

describe("a guest of a website", () => {
  test("is let in by that website, with the permissions of the role there", async () => {
    const guest = await guestOf(shop);
    for (const about of [{ websiteId: shop }, { websiteId: null }]) {
      expect(await outcomes(guest, "website:update", about)).toEqual(allowed());
      expect(await outcomes(guest, "membership", about)).toEqual(allowed());
      expect(await outcomes(guest, "website:delete", about)).toEqual(all("permission_missing"));
      expect(await outcomes(guest, "organization:read", about)).toEqual(all("permission_missing"));
    }
  });

  test("is a stranger to everything else of the organization, and to its other websites", async () => {
    const guest = await guestOf(shop, { role: "website_admin" });
    for (const about of [{}, { websiteId: blog }, { websiteId: foreignSite }, { userId: ann.user_id }])
      expect(await outcomes(guest, "website:read", about)).toEqual(all("not_found"));
  });

  test("suspended there, is told so there, and let in where they are not", async () => {
    const guest = await guestOf(shop, { status: 1 });
    expect(await outcomes(guest, "website:read", { websiteId: shop })).toEqual(all("member_suspended"));
    expect(await outcomes(guest, "website:read", { websiteId: null })).toEqual(all("member_suspended"));
    await visits(guest.user_id, blog);
    expect(await outcomes(guest, "website:read", { websiteId: null })).toEqual(allowed());
    expect(await outcomes(guest, "website:read", { websiteId: shop })).toEqual(all("member_suspended"));
  });

  test("who is a member too has both, on that website alone", async () => {
    const both = await memberOf(ann.org_id, { permissions: ["member:read"] });
    await visits(both.user_id, shop, { role: "website_admin" });
    for (const needs of ["member:read", "website:invite"])
      expect(await outcomes(both, needs, { websiteId: shop })).toEqual(allowed());
    expect(await outcomes(both, "website:invite", { websiteId: blog })).toEqual(all("permission_missing"));
    expect(await outcomes(both, "website:invite", {})).toEqual(all("permission_missing"));
  });

  test("who is a member too, and suspended on the website, has what they hold as a member alone", async () => {
    const both = await memberOf(ann.org_id, { permissions: ["member:read"] });
    await visits(both.user_id, shop, { role: "website_admin", status: 1 });
    expect(await outcomes(both, "member:read", { websiteId: shop })).toEqual(allowed());
    expect(await outcomes(both, "website:read", { websiteId: shop })).toEqual(all("permission_missing"));
  });

  test("who is a suspended member of the organization has lost the website", async () => {
    const both = await memberOf(ann.org_id, { status: 1 });
    await visits(both.user_id, shop, { role: "website_admin" });
    expect(await outcomes(both, "website:read", { websiteId: shop })).toEqual(all("member_suspended"));
  });

  test("whose token is for another organization is a stranger", async () => {
    const guest = await guestOf(shop);
    const caller = callerOf(guest, guest.org_id);
    expect(await outcome(caller, ann.org_id, "website:read", "read", { websiteId: shop })).toBe("not_found");
  });
});
