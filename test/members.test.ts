// An organization's members: listed, read, changed, removed.
import { beforeAll, describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, guestOf, memberOf, roleIdOf, roleOf, visits, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
beforeAll(async () => {
  ann = await signedIn({ profile: { name: "Ann" } });
});

const pathOf = (userId: number, orgId = ann.org_id) => `/organizations/${orgId}/members/${userId}`;
const rowOf = async (userId: number, orgId = ann.org_id) =>
  (
    await owner(
      `select m.status, m.settings, m.updated_at, r.name as role from member m join role r on r.id = m.role_id
       where m.user_id = $1 and m.org_id = $2`,
      [userId, orgId],
    )
  )[0];

describe("reading", () => {
  test("the list shows who they are, their role and status, by the order of joining", async () => {
    const bob = await signedIn({ profile: { name: "Bob" } });
    const ids = [bob.user_id];
    for (const role of ["member", "admin"]) ids.push(await extraOf(bob.org_id, role));
    await owner("update member set status = 1 where user_id = $1", [ids[1]]);
    const { data, next_cursor } = await expectAnswer(
      await as(bob)(`GET /organizations/${bob.org_id}/members`),
      200,
    );
    expect(next_cursor).toBeNull();
    expect(data[0]).toEqual({
      org_id: bob.org_id,
      user_id: bob.user_id,
      email: bob.email,
      name: "Bob",
      role_id: await roleIdOf(bob.org_id, "owner"),
      role: "owner",
      status: "active",
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    expect(data.map((row: Record<string, unknown>) => [row.user_id, row.role, row.status])).toEqual([
      [ids[0], "owner", "active"],
      [ids[1], "member", "suspended"],
      [ids[2], "admin", "active"],
    ]);
    // One by one, with what may be large.
    expect(await expectAnswer(await as(bob)(`GET ${pathOf(bob.user_id, bob.org_id)}`), 200)).toEqual({
      ...data[0],
      profile: { name: "Bob" },
      settings: {},
    });
  });

  test("the list shows 200 characters of a name at most, and null where there is none", async () => {
    const bob = await signedIn({ profile: { name: "x".repeat(300) } });
    await memberOf(bob.org_id);
    const { data } = await expectAnswer(await as(bob)(`GET /organizations/${bob.org_id}/members`), 200);
    expect(data.map(({ name }: { name: unknown }) => name)).toEqual(["x".repeat(200), null]);
    expect(data.filter((row: object) => "profile" in row || "settings" in row)).toEqual([]);
    const search = await expectAnswer(await as(bob)(`GET /organizations/${bob.org_id}/members?q=xxx`), 200);
    expect(search.data).toEqual([data[0]]);
  });

  test("needs member:read, of a member: a guest or a stranger finds nothing", async () => {
    const hand = await memberOf(ann.org_id);
    await expectAnswer(await as(hand)(`GET ${pathOf(ann.user_id)}`), 200);
    const updater = await memberOf(ann.org_id, { permissions: ["member:update"] });
    const guest = await guestOf(await websiteOf(ann.org_id));
    for (const path of [
      `/organizations/${ann.org_id}/members`,
      pathOf(ann.user_id),
      pathOf(updater.user_id),
    ]) {
      await expectProblem(await as(updater)(`GET ${path}`), "permission_missing");
      for (const person of [guest, await signedIn()])
        await expectProblem(await as(person)(`GET ${path}`), "not_found");
    }
    await expectProblem(await as(ann)(`GET ${pathOf(guest.user_id)}`), "not_found");
  });
});

describe("changing", () => {
  test("a role by its name, in any case, or by its id, of the system's or one's own", async () => {
    const bob = await extraOf(ann.org_id);
    const custom = await roleOf(ann.org_id, ["member:read"], { name: "Front Desk" });
    for (const [role, name] of [
      ["admin", "admin"],
      ["MEMBER", "member"],
      ["front desk", "Front Desk"],
      [await roleIdOf(ann.org_id, "owner"), "owner"],
      [custom, "Front Desk"],
    ] as const) {
      const changed = await expectAnswer(await as(ann)(`PATCH ${pathOf(bob)}`, { role }), 200);
      expect(changed).toMatchObject({ user_id: bob, role: name, role_id: await roleIdOf(ann.org_id, name) });
      expect(await rowOf(bob)).toMatchObject({ role: name });
    }
  });

  test("a new role bites on the next request", async () => {
    const bob = await memberOf(ann.org_id);
    const reads = () => as(bob)(`GET /organizations/${ann.org_id}/audit-events`);
    await expectProblem(await reads(), "permission_missing");
    await expectAnswer(await as(ann)(`PATCH ${pathOf(bob.user_id)}`, { role: "admin" }), 200);
    await expectAnswer(await reads(), 200);
    await expectAnswer(await as(ann)(`PATCH ${pathOf(bob.user_id)}`, { role: "member" }), 200);
    await expectProblem(await reads(), "permission_missing");
  });

  test("a role that is not there: 422 by name or for websites, 404 by id, also before the permission", async () => {
    const [bob, hand] = [await extraOf(ann.org_id), await memberOf(ann.org_id)];
    const stranger = await signedIn();
    const theirs = await roleOf(stranger.org_id, [], { name: "Theirs" });
    for (const role of ["nobody", "Theirs", "website_user", await roleIdOf(ann.org_id, "website_admin")]) {
      const { errors } = await expectProblem(
        await as(ann)(`PATCH ${pathOf(bob)}`, { role }),
        "invalid_request",
        String(role),
      );
      expect(errors.map((error: { path: string }) => error.path)).toEqual(["role"]);
      await expectProblem(await as(hand)(`PATCH ${pathOf(bob)}`, { role }), "permission_missing");
    }
    for (const role of [theirs, 2147483647, 0, -1, 1.5])
      for (const person of [ann, hand])
        await expectProblem(await as(person)(`PATCH ${pathOf(bob)}`, { role }), "not_found");
    expect(await rowOf(bob)).toMatchObject({ role: "member" });
  });

  test("a status by its word or its code", async () => {
    const bob = await extraOf(ann.org_id);
    for (const [status, code] of [
      ["suspended", 1],
      ["active", 0],
      [1, 1],
      [0, 0],
    ] as const) {
      const changed = await expectAnswer(await as(ann)(`PATCH ${pathOf(bob)}`, { status }), 200);
      expect(changed.status).toBe(code === 0 ? "active" : "suspended");
      expect(await rowOf(bob)).toMatchObject({ status: code });
    }
  });

  test("settings merge at the top level, a null removes a key, and they do not grow without end", async () => {
    const path = `PATCH ${pathOf(await extraOf(ann.org_id))}`;
    const first = await expectAnswer(await as(ann)(path, { settings: { a: { b: 1 }, c: 2 } }), 200);
    expect(first.settings).toEqual({ a: { b: 1 }, c: 2 });
    const second = await expectAnswer(await as(ann)(path, { settings: { a: { d: 3 }, c: null } }), 200);
    expect(second).toMatchObject({ settings: { a: { d: 3 } }, role: "member", status: "active" });
    const big = (key: string) => ({ settings: { [key]: "x".repeat(40_000) } });
    await expectAnswer(await as(ann)(path, big("x")), 200);
    const { errors } = await expectProblem(await as(ann)(path, big("y")), "invalid_request");
    expect(errors[0].path).toBe("settings");
  });

  test("nothing at all changes nothing, not even updated_at, and needs the right to change", async () => {
    const [bob, hand] = [await extraOf(ann.org_id), await memberOf(ann.org_id)];
    const before = await rowOf(bob);
    for (const json of [{}, { settings: {} }, { role: "member", status: "active" }]) {
      await expectAnswer(await as(ann)(`PATCH ${pathOf(bob)}`, json), 200);
      await expectProblem(await as(hand)(`PATCH ${pathOf(bob)}`, json), "permission_missing");
    }
    expect(await rowOf(bob)).toEqual(before);
  });

  test.each([
    ["a status of no kind", { status: "asleep" }, "status"],
    ["another code", { status: 2 }, "status"],
    ["no role", { role: "" }, "role"],
    ["a role that is a list", { role: ["admin"] }, "role"],
    ["settings that are a list", { settings: [1] }, "settings"],
    ["an address", { email: "x@example.com" }, "email"],
    ["permissions", { permissions: ["member:read"] }, "permissions"],
  ])("refuses %s", async (_, json, path) => {
    const { errors } = await expectProblem(
      await as(ann)(`PATCH ${pathOf(ann.user_id)}`, json),
      "invalid_request",
    );
    expect(errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });

  test("who is not a member here cannot be changed, wherever else they are", async () => {
    const guest = await guestOf(await websiteOf(ann.org_id));
    const stranger = await signedIn();
    for (const userId of [guest.user_id, stranger.user_id, 2147483647]) {
      await expectProblem(await as(ann)(`PATCH ${pathOf(userId)}`, { status: 1 }), "not_found");
      await expectProblem(await as(ann)(`DELETE ${pathOf(userId)}`), "not_found");
    }
    expect(await rowOf(stranger.user_id, stranger.org_id)).toMatchObject({ status: 0, role: "owner" });
  });
});

describe("removing", () => {
  test("ends the membership and the websites of that organization, at once", async () => {
    const [bob, admin] = [await memberOf(ann.org_id), await memberOf(ann.org_id, { role: "admin" })];
    const sites = [await websiteOf(ann.org_id), await websiteOf(bob.org_id)] as const;
    for (const site of sites) await visits(bob.user_id, site);
    expect(await expectAnswer(await as(admin)(`DELETE ${pathOf(bob.user_id)}`), 204)).toBeNull();
    expect(await rowOf(bob.user_id)).toBeUndefined();
    const left = await owner("select website_id from website_member where user_id = $1", [bob.user_id]);
    expect(left).toEqual([{ website_id: sites[1] }]);
    await expectProblem(await as(bob)(`GET /organizations/${ann.org_id}`), "not_found");
    await expectProblem(await as(bob)(`GET /organizations/${ann.org_id}/websites/${sites[0]}`), "not_found");
    await expectProblem(await as(admin)(`DELETE ${pathOf(bob.user_id)}`), "not_found");
  });

  test("others needs member:remove; oneself is leaving, which everybody may", async () => {
    const [bob, hand] = [await extraOf(ann.org_id), await memberOf(ann.org_id)];
    await expectProblem(await as(hand)(`DELETE ${pathOf(bob)}`), "permission_missing");
    await expectAnswer(await as(hand)(`DELETE ${pathOf(hand.user_id)}`), 204);
    expect([await rowOf(hand.user_id), await rowOf(bob)]).toEqual([undefined, expect.anything()]);
    const alone = await signedIn();
    await expectProblem(await as(alone)(`DELETE ${pathOf(alone.user_id, alone.org_id)}`), "last_owner");
  });
});
