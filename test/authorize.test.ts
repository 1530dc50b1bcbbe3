// The guard of every request inside an organization: who may, who may not and learns why, and who learns nothing.
import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { asMember } from "../src/access/as-member.ts";
import { build } from "../src/db/client.ts";
import { type Access, asUser } from "../src/db/tenant.ts";
import { systemRoles } from "../src/permissions.ts";
import { callerOf, database, joins } from "./support/callers.ts";
import { accesses, outcome } from "./support/guarded.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";

let ann: SignedIn;
beforeAll(async () => {
  ann = await signedIn();
});

/** The outcome for each access. */
async function outcomes(person: SignedIn, orgId: number, needs: string, tokenOrgId: number | null = null) {
  const codes: string[] = [];
  for (const access of accesses)
    codes.push(await outcome(callerOf(person, tokenOrgId), orgId, needs, access));
  return codes;
}
const all = (code: string) => [code, code, code];
const allowed = (orgId: number) => [`inside ${orgId}`, "changed 1", "changed 1"];

test("the owner may do everything, and is inside their organization then", async () => {
  for (const needs of ["organization:delete", "member:invite", "audit:read"])
    expect(await outcomes(ann, ann.org_id, needs)).toEqual(allowed(ann.org_id));
});

test("a stranger gets the 404 of an organization that does not exist", async () => {
  const bob = await signedIn();
  expect(await outcomes(bob, ann.org_id, "organization:read")).toEqual(all("not_found"));
  expect(await outcomes(bob, 2147483647, "organization:read")).toEqual(all("not_found"));
  const causes = await Promise.all(
    [ann.org_id, 2147483647].map((orgId) =>
      asMember(
        { db: database(), caller: callerOf(bob) },
        { orgId, needs: "member:read", access: "read" },
        [],
      ).catch(({ message, cause }) => [message, cause.message, cause.code, cause.constraint, cause.detail]),
    ),
  );
  expect(causes[0]).toEqual(causes[1]);
  expect(causes[0]).toContain("TN404");
});

test("a token for one organization is a stranger's in another", async () => {
  const both = await signedIn();
  await joins(both, ann.org_id, { role: "admin" });
  expect(await outcomes(both, ann.org_id, "member:read")).toEqual(allowed(ann.org_id));
  expect(await outcomes(both, ann.org_id, "member:read", ann.org_id)).toEqual(allowed(ann.org_id));
  expect(await outcomes(both, ann.org_id, "member:read", both.org_id)).toEqual(all("not_found"));
});

test("a guest of a website is no member of its organization", async () => {
  const guest = await signedIn();
  await owner(
    `with w as (insert into website (org_id, name, url) values ($1, 'Shop', 'https://shop.example') returning id)
     insert into website_member (website_id, org_id, user_id, role_id)
     select w.id, r.org_id, $2, r.id from w, role r where r.org_id = $1 and r.name = 'website_admin'`,
    [ann.org_id, guest.user_id],
  );
  expect(await outcomes(guest, ann.org_id, "website:read")).toEqual(all("not_found"));
});

test("a member needs the permission, each by its own name", async () => {
  const cat = await signedIn();
  await joins(cat, ann.org_id, { permissions: ["member:update"] });
  expect(await outcomes(cat, ann.org_id, "member:update")).toEqual(allowed(ann.org_id));
  for (const needs of ["member:remove", "member", "member:", "organization:update", "", "*"])
    expect(await outcomes(cat, ann.org_id, needs)).toEqual(all("permission_missing"));
});

test("a suspended member is told so, whatever their role", async () => {
  const [dan, eve] = [await signedIn(), await signedIn()];
  await joins(dan, ann.org_id, { status: 1 });
  await joins(eve, ann.org_id, { role: "owner", status: 1 });
  for (const person of [dan, eve])
    for (const needs of ["member:read", "organization:delete"])
      expect(await outcomes(person, ann.org_id, needs)).toEqual(all("member_suspended"));
});

test("a suspended organization is read by its owners, and otherwise left alone", async () => {
  const [boss, hand] = [await signedIn(), await signedIn()];
  await joins(hand, boss.org_id, { role: "admin" });
  await owner("update organisation set status = 1 where id = $1", [boss.org_id]);
  const suspended = "organization_suspended";
  expect(await outcomes(hand, boss.org_id, "member:read")).toEqual(all(suspended));
  expect(await outcomes(boss, boss.org_id, "member:read")).toEqual([
    `inside ${boss.org_id}`,
    suspended,
    suspended,
  ]);
  await owner("update organisation set status = 0 where id = $1", [boss.org_id]);
  expect(await outcomes(boss, boss.org_id, "member:read")).toEqual(allowed(boss.org_id));
});

test("a role that holds every permission is not the owner's, and no other is called owner", async () => {
  const boss = await signedIn();
  const hand = await signedIn();
  await joins(hand, boss.org_id, { permissions: systemRoles[0]?.permissions ?? [] });
  expect(await outcomes(hand, boss.org_id, "organization:delete")).toEqual(allowed(boss.org_id));
  await owner("update organisation set status = 1 where id = $1", [boss.org_id]);
  expect(await outcomes(hand, boss.org_id, "member:read")).toEqual(all("organization_suspended"));
  for (const [statement, broken] of [
    ["update role set name = 'old owner' where org_id = $1 and name = 'owner'", "system_role"],
    ["insert into role (org_id, name, scope) values ($1, 'Owner', 'organization')", "role_name_key"],
  ] as const)
    await expect(owner(statement, [boss.org_id])).rejects.toMatchObject({ constraint: broken });
});

test("membership asks for no permission, and is asked for by that name alone", async () => {
  const [fay, gil] = [await signedIn(), await signedIn()];
  await joins(fay, ann.org_id, { permissions: [] });
  await joins(gil, ann.org_id, { status: 1 });
  expect(await outcomes(fay, ann.org_id, "membership")).toEqual(allowed(ann.org_id));
  expect(await outcomes(fay, ann.org_id, "Membership")).toEqual(all("permission_missing"));
  expect(await outcomes(gil, ann.org_id, "membership")).toEqual(all("member_suspended"));
  expect(await outcomes(await signedIn(), ann.org_id, "membership")).toEqual(all("not_found"));
});

test("an access that is not known is refused, not taken for a read", async () => {
  for (const access of ["", "READ", "update", null])
    await expect(
      asMember(
        { db: database(), caller: callerOf(ann) },
        { orgId: ann.org_id, needs: "member:read", access: access as Access },
        [],
      ),
    ).rejects.toThrow(/access is read, write or delete/);
});

test("nothing is needed by mistake: null for the permission, or for what it is about, is refused", async () => {
  const guards = [
    sql`app.authorize(${ann.org_id}, null, 'read')`,
    sql`app.authorize(${ann.org_id}, null, 'write', '{}')`,
    sql`app.authorize(${ann.org_id}, 'membership', 'read', null)`,
    sql`app.authorize(${ann.org_id}, 'member:read', 'delete', null)`,
  ];
  for (const guard of guards) {
    const asked = asUser({ db: database(), caller: callerOf(ann) }, [build.execute(sql`select ${guard}`)]);
    await expect(asked).rejects.toThrow(/a permission \(or membership\) is needed/);
  }
});
