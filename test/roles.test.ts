// Roles: the five of the system, and an organization's own.
import { beforeAll, describe, expect, test } from "vitest";
import { systemRoles } from "../src/permissions.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, extraOf, guestOf, memberOf, roleIdOf, roleOf, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let path: string;
beforeAll(async () => {
  ann = await signedIn();
  path = `/organizations/${ann.org_id}/roles`;
});

const rowOf = async (id: number) => (await owner("select * from role where id = $1", [id]))[0];
const pathsOf = ({ errors }: { errors: { path: string }[] }) => errors.map((error) => error.path);
let counter = 0;
const newRole = (changes: object = {}) => ({
  name: `Role ${++counter}`,
  scope: "organization",
  permissions: ["member:read"],
  ...changes,
});

describe("GET roles", () => {
  test("shows the five of the system and then the organization's own, page by page", async () => {
    const bob = await signedIn();
    const own = await roleOf(bob.org_id, ["website:read"], { name: "Editor", scope: "website" });
    const there = `GET /organizations/${bob.org_id}/roles`;
    const { data, next_cursor } = await expectAnswer(await as(bob)(there), 200);
    expect(next_cursor).toBeNull();
    expect(data.map((role: { name: string; system: boolean }) => [role.name, role.system])).toEqual([
      ...systemRoles.map(({ name }) => [name, true]),
      ["Editor", false],
    ]);
    expect(data.at(-1)).toEqual({
      role_id: own,
      org_id: bob.org_id,
      name: "Editor",
      description: "",
      scope: "website",
      permissions: ["website:read"],
      system: false,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const first = await expectAnswer(await as(bob)(`${there}?limit=4`), 200);
    const rest = await expectAnswer(await as(bob)(`${there}?limit=4&cursor=${first.next_cursor}`), 200);
    expect([...first.data, ...rest.data]).toEqual(data);
    expect(rest.next_cursor).toBeNull();
  });

  test("needs role:read, of a member", async () => {
    await expectAnswer(await as(await memberOf(ann.org_id))(`GET ${path}`), 200);
    const blind = await memberOf(ann.org_id, { permissions: ["role:update"] });
    await expectProblem(await as(blind)(`GET ${path}`), "permission_missing");
    const guest = await guestOf(await websiteOf(ann.org_id));
    for (const person of [guest, await signedIn()])
      await expectProblem(await as(person)(`GET ${path}`), "not_found");
  });
});

describe("POST roles", () => {
  test("makes a role with each permission once, in order", async () => {
    const json = {
      name: "  Front Desk ",
      description: " Answers ",
      scope: "organization",
      permissions: ["member:read", "audit:read", "member:read"],
    };
    const made = await expectAnswer(await as(ann)(`POST ${path}`, json), 201);
    const expected = {
      name: "Front Desk",
      description: "Answers",
      scope: "organization",
      permissions: ["audit:read", "member:read"],
      system: false,
    };
    expect(made).toMatchObject({ role_id: expect.any(Number), org_id: ann.org_id, ...expected });
    expect(await rowOf(made.role_id)).toMatchObject({ org_id: ann.org_id, ...expected });
    const bare = await expectAnswer(
      await as(ann)(`POST ${path}`, { name: "Bare", scope: "website", permissions: [] }),
      201,
    );
    expect(bare).toMatchObject({ description: "", scope: "website", permissions: [] });
  });

  test("a name that is taken, in any case, is a conflict; in another organization it is free", async () => {
    const json = newRole({ name: "Taken Name" });
    await expectAnswer(await as(ann)(`POST ${path}`, json), 201);
    for (const name of ["Taken Name", "TAKEN name", "Owner"])
      await expectProblem(await as(ann)(`POST ${path}`, { ...json, name }), "role_name_taken");
    const bob = await signedIn();
    await expectAnswer(await as(bob)(`POST /organizations/${bob.org_id}/roles`, json), 201);
  });

  test.each([
    ["a link for a name", { name: "see https://evil.example" }, ["name"]],
    ["a line break in the name", { name: "a\nb" }, ["name"]],
    ["81 characters of name", { name: "a".repeat(81) }, ["name"]],
    ["a name of digits, which are an id", { name: " 42 " }, ["name"]],
    ["501 characters of description", { description: "a".repeat(501) }, ["description"]],
    ["another scope", { scope: "planet" }, ["scope"]],
    ["a permission of no kind", { permissions: ["member:read", "member:fly"] }, ["permissions.1"]],
    ["a permission in other letters", { permissions: ["Member:read"] }, ["permissions.0"]],
    ["membership, which is no permission", { permissions: ["membership"] }, ["permissions.0"]],
    ["a permission that is a number", { permissions: [1] }, ["permissions.0"]],
    ["101 permissions", { permissions: Array(101).fill("member:read") }, ["permissions"]],
    ["one that no website knows", { scope: "website", permissions: ["member:read"] }, ["permissions.0"]],
    [
      "one that no website knows, where it stands",
      { scope: "website", permissions: ["website:read", "member:read"] },
      ["permissions.1"],
    ],
    [
      "making websites from within one",
      { scope: "website", permissions: ["website:create"] },
      ["permissions.0"],
    ],
    ["system", { system: true }, ["system"]],
    ["an organization", { org_id: 1 }, ["org_id"]],
  ])("refuses %s", async (_, changes, paths) => {
    const before = await owner("select id from role where org_id = $1", [ann.org_id]);
    const answer = await as(ann)(`POST ${path}`, newRole(changes));
    expect(pathsOf(await expectProblem(answer, "invalid_request"))).toEqual(paths);
    expect(await owner("select id from role where org_id = $1", [ann.org_id])).toEqual(before);
  });

  test("needs name, scope and permissions", async () => {
    const { errors } = await expectProblem(await as(ann)(`POST ${path}`, {}), "invalid_request");
    expect(pathsOf({ errors }).sort()).toEqual(["name", "permissions", "scope"]);
  });

  test("needs role:create, and every permission that the role would hold", async () => {
    const hand = await memberOf(ann.org_id);
    await expectProblem(await as(hand)(`POST ${path}`, newRole()), "permission_missing");
    const admin = await memberOf(ann.org_id, { role: "admin" });
    await expectAnswer(await as(admin)(`POST ${path}`, newRole({ permissions: ["audit:read"] })), 201);
    const above = newRole({ permissions: ["organization:delete"] });
    await expectProblem(await as(admin)(`POST ${path}`, above), "role_above_own");
    expect(await owner("select id from role where name = $1", [above.name])).toEqual([]);
    const clerk = await memberOf(ann.org_id, { permissions: ["role:create", "member:read"] });
    await expectAnswer(await as(clerk)(`POST ${path}`, newRole()), 201);
    const more = newRole({ permissions: ["member:read", "role:read"] });
    await expectProblem(await as(clerk)(`POST ${path}`, more), "role_above_own");
    await expectProblem(
      await as(clerk)(`POST ${path}`, newRole({ scope: "website", permissions: ["website:read"] })),
      "role_above_own",
    );
  });
});

describe("a role of a custom set", () => {
  test("is data: its holders may what it says, from the next request on, also when it changes", async () => {
    const role = await expectAnswer(
      await as(ann)(`POST ${path}`, newRole({ permissions: ["audit:read"] })),
      201,
    );
    const hand = await memberOf(ann.org_id);
    const change = `PATCH /organizations/${ann.org_id}/members/${hand.user_id}`;
    await expectAnswer(await as(ann)(change, { role: role.name }), 200);
    const events = () => as(hand)(`GET /organizations/${ann.org_id}/audit-events`);
    await expectAnswer(await events(), 200);
    await expectProblem(await as(hand)(`GET ${path}`), "permission_missing");
    await expectAnswer(await as(ann)(`PATCH ${path}/${role.role_id}`, { permissions: ["role:read"] }), 200);
    await expectProblem(await events(), "permission_missing");
    await expectAnswer(await as(hand)(`GET ${path}`), 200);
  });
});

describe("DELETE roles", () => {
  test("removes a role that nobody holds, once", async () => {
    const id = await roleOf(ann.org_id);
    expect(await expectAnswer(await as(ann)(`DELETE ${path}/${id}`), 204)).toBeNull();
    expect(await rowOf(id)).toBeUndefined();
    await expectProblem(await as(ann)(`DELETE ${path}/${id}`), "not_found");
  });

  test("a role in use stays, and so do its holders: by a member, a suspended one, or a website's", async () => {
    const held = await roleOf(ann.org_id, [], { name: "Held" });
    const onSite = await roleOf(ann.org_id, ["website:read"], { name: "On site", scope: "website" });
    const hand = await extraOf(ann.org_id, "Held");
    await owner("update member set status = 1 where user_id = $1", [hand]);
    const guest = await extraGuestOf(await websiteOf(ann.org_id), "On site");
    for (const id of [held, onSite])
      await expectProblem(await as(ann)(`DELETE ${path}/${id}`), "role_in_use");
    expect(await owner("select id from member where user_id = $1", [hand])).toHaveLength(1);
    expect(await owner("select id from website_member where user_id = $1", [guest])).toHaveLength(1);
    await owner("delete from member where user_id = $1", [hand]);
    await expectAnswer(await as(ann)(`DELETE ${path}/${held}`), 204);
  });

  test("the five of the system stay", async () => {
    for (const { name } of systemRoles) {
      const id = await roleIdOf(ann.org_id, name);
      await expectProblem(await as(ann)(`DELETE ${path}/${id}`), "system_role", name);
    }
    expect(await owner("select id from role where org_id = $1 and system", [ann.org_id])).toHaveLength(5);
  });

  test("needs role:delete, and every permission of the role", async () => {
    const [low, high] = [await roleOf(ann.org_id), await roleOf(ann.org_id, ["audit:read"])];
    await expectProblem(await as(await memberOf(ann.org_id))(`DELETE ${path}/${low}`), "permission_missing");
    const clerk = as(await memberOf(ann.org_id, { permissions: ["role:delete"] }));
    await expectProblem(await clerk(`DELETE ${path}/${high}`), "role_above_own");
    await expectAnswer(await clerk(`DELETE ${path}/${low}`), 204);
    expect(await rowOf(high)).toBeDefined();
  });

  test("another organization's role is not there, whoever asks", async () => {
    const stranger = await signedIn();
    const theirs = await roleOf(stranger.org_id);
    for (const person of [ann, await memberOf(ann.org_id)]) {
      await expectProblem(await as(person)(`DELETE ${path}/${theirs}`), "not_found");
      await expectProblem(await as(person)(`PATCH ${path}/${theirs}`, { description: "x" }), "not_found");
    }
    expect(await rowOf(theirs)).toMatchObject({ description: "" });
  });
});
