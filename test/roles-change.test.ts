// Changing a role changes what everybody who holds it may: only by whom it is below, and never one of the system's.
import { beforeAll, expect, test } from "vitest";
import { systemRoles } from "../src/permissions.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, extraOf, memberOf, roleIdOf, roleOf, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let path: string;
beforeAll(async () => {
  ann = await signedIn();
  path = `/organizations/${ann.org_id}/roles`;
});
const rowOf = async (id: number) => (await owner("select * from role where id = $1", [id]))[0];

test("what is named is replaced, the rest stays; nothing at all changes nothing", async () => {
  const id = await roleOf(ann.org_id, ["member:read"], { name: "Before" });
  const change = (json: object) => as(ann)(`PATCH ${path}/${id}`, json);
  const before = await rowOf(id);
  for (const json of [{}, { name: "Before" }]) await expectAnswer(await change(json), 200);
  expect(await rowOf(id)).toEqual(before);
  const steps = [
    { name: "After" },
    { description: "What they do" },
    { permissions: ["audit:read", "role:read"] },
    { permissions: [] },
    { name: "before", description: "" },
    { scope: "website", permissions: ["website:read"] },
  ];
  let expected = { name: "Before", description: "", scope: "organization", permissions: ["member:read"] };
  for (const step of steps) {
    expected = { ...expected, ...step };
    expect(await expectAnswer(await change(step), 200)).toMatchObject({
      role_id: id,
      system: false,
      ...expected,
    });
    expect(await rowOf(id)).toMatchObject(expected);
  }
});

test.each([
  ["a link for a name", { name: "www.evil.example" }, "name"],
  ["digits for a name", { name: "7" }, "name"],
  ["a permission of no kind", { permissions: ["x:y"] }, "permissions.0"],
  ["permissions that its scope does not know", { scope: "website" }, "permissions"],
  ["null", { description: null }, "description"],
  ["system", { system: true }, "system"],
])("refuses %s", async (_, json, at) => {
  const id = await roleOf(ann.org_id, ["member:read"]);
  const before = await rowOf(id);
  const { errors } = await expectProblem(await as(ann)(`PATCH ${path}/${id}`, json), "invalid_request");
  expect(errors.map((error: { path: string }) => error.path)).toEqual([at]);
  expect(await rowOf(id)).toEqual(before);
});

test("a name that another role has is a conflict", async () => {
  const id = await roleOf(ann.org_id);
  await roleOf(ann.org_id, [], { name: "Somebody's" });
  for (const name of ["SOMEBODY'S", "member"])
    await expectProblem(await as(ann)(`PATCH ${path}/${id}`, { name }), "role_name_taken");
});

test("of the system's five only the description changes", async () => {
  for (const { name, scope } of systemRoles) {
    const id = await roleIdOf(ann.org_id, name);
    const before = await rowOf(id);
    const other = scope === "website" ? "organization" : "website";
    for (const json of [
      { name: `${name} 2` },
      { permissions: ["website:read"] },
      { scope: other, permissions: [] },
    ])
      await expectProblem(await as(ann)(`PATCH ${path}/${id}`, json), "system_role", name);
    expect(await rowOf(id)).toEqual(before);
    const json = { name, description: `Ours: ${name}` }; // the same name is no change
    expect(await expectAnswer(await as(ann)(`PATCH ${path}/${id}`, json), 200)).toMatchObject(json);
    expect((await rowOf(id))?.permissions).toEqual(before?.permissions);
  }
});

test("a role that is held does not change its scope, but everything else", async () => {
  const held = await roleOf(ann.org_id, [], { name: "Held" });
  const onSite = await roleOf(ann.org_id, [], { name: "On site", scope: "website" });
  await extraOf(ann.org_id, "Held");
  await extraGuestOf(await websiteOf(ann.org_id), "On site");
  await expectProblem(await as(ann)(`PATCH ${path}/${held}`, { scope: "website" }), "role_in_use");
  await expectProblem(await as(ann)(`PATCH ${path}/${onSite}`, { scope: "organization" }), "role_in_use");
  await expectAnswer(
    await as(ann)(`PATCH ${path}/${held}`, { name: "Renamed", permissions: ["audit:read"] }),
    200,
  );
});

test("needs role:update, and every permission of the role before and after", async () => {
  const [low, high] = [await roleOf(ann.org_id, ["member:read"]), await roleOf(ann.org_id, ["audit:read"])];
  const hand = await memberOf(ann.org_id);
  await expectProblem(await as(hand)(`PATCH ${path}/${low}`, {}), "permission_missing");
  const clerk = as(await memberOf(ann.org_id, { permissions: ["role:update", "member:read"] }));
  await expectAnswer(
    await clerk(`PATCH ${path}/${low}`, { permissions: ["member:read", "role:update"] }),
    200,
  );
  for (const json of [{ permissions: [] }, { name: "Mine" }, { description: "Mine" }])
    await expectProblem(await clerk(`PATCH ${path}/${high}`, json), "role_above_own");
  await expectProblem(await clerk(`PATCH ${path}/${low}`, { permissions: ["audit:read"] }), "role_above_own");
  expect((await rowOf(high))?.permissions).toEqual(["audit:read"]);
});

test("nobody widens their own role; what they give up is gone at once", async () => {
  const clerk = await memberOf(ann.org_id, { permissions: ["role:update", "role:read", "member:read"] });
  const id = await roleIdOf(ann.org_id, `custom ${clerk.user_id}`);
  const change = (permissions: string[]) => as(clerk)(`PATCH ${path}/${id}`, { permissions });
  await expectProblem(
    await change(["role:update", "role:read", "member:read", "role:delete"]),
    "role_above_own",
  );
  await expectAnswer(await change(["role:update", "role:read"]), 200);
  await expectProblem(await change(["role:update", "role:read", "member:read"]), "role_above_own");
  await expectProblem(await as(clerk)(`GET /organizations/${ann.org_id}/members`), "permission_missing");
});

test("an admin describes the roles below, and not the owner's", async () => {
  const admin = as(await memberOf(ann.org_id, { role: "admin" }));
  const describe = async (name: string) =>
    admin(`PATCH ${path}/${await roleIdOf(ann.org_id, name)}`, { description: "New" });
  for (const name of ["admin", "member", "website_admin"]) await expectAnswer(await describe(name), 200);
  await expectProblem(await describe("owner"), "owner_required");
});
