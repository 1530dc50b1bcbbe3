// A website's own people: listed, changed and removed by those who may invite to it.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, guestOf, memberOf, roleIdOf, roleOf, visits, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let shop: number;
let path: string;
beforeAll(async () => {
  ann = await signedIn();
});
beforeEach(async () => {
  shop = await websiteOf(ann.org_id);
  path = `/organizations/${ann.org_id}/websites/${shop}/members`;
});
const rowOf = async (userId: number, websiteId = shop) =>
  (
    await owner(
      `select w.status, w.settings, w.updated_at, r.name as role from website_member w
       join role r on r.id = w.role_id where w.user_id = $1 and w.website_id = $2`,
      [userId, websiteId],
    )
  )[0];

describe("GET …/members", () => {
  test("shows the website's own people to whoever may read the website, page by page", async () => {
    const guest = await signedIn({ profile: { name: "Gus" } });
    await visits(guest.user_id, shop);
    const hand = await memberOf(ann.org_id);
    await visits(hand.user_id, shop, { role: "website_admin", status: 1 });
    const third = await extraGuestOf(shop);
    await extraGuestOf(await websiteOf(ann.org_id));
    const whole = await expectAnswer(await as(guest)(`GET ${path}`), 200);
    expect(whole.next_cursor).toBeNull();
    expect(whole.data[0]).toEqual({
      website_id: shop,
      org_id: ann.org_id,
      user_id: guest.user_id,
      email: guest.email,
      name: "Gus",
      role_id: await roleIdOf(ann.org_id, "website_user"),
      role: "website_user",
      status: "active",
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    expect(whole.data.map((row: Record<string, unknown>) => [row.user_id, row.role, row.status])).toEqual([
      [guest.user_id, "website_user", "active"],
      [hand.user_id, "website_admin", "suspended"],
      [third, "website_user", "active"],
    ]);
    for (const person of [ann, await memberOf(ann.org_id)])
      expect(await expectAnswer(await as(person)(`GET ${path}`), 200)).toEqual(whole);
    const first = await expectAnswer(await as(guest)(`GET ${path}?limit=2`), 200);
    const rest = await expectAnswer(await as(guest)(`GET ${path}?cursor=${first.next_cursor}`), 200);
    expect([...first.data, ...rest.data]).toEqual(whole.data);
    const other = `/organizations/${ann.org_id}/websites/${await websiteOf(ann.org_id)}/members`;
    await expectProblem(await as(ann)(`GET ${other}?cursor=${first.next_cursor}`), "invalid_cursor");
  });

  test("is nothing for strangers, guests of other websites, and members without website:read", async () => {
    const elsewhere = await guestOf(await websiteOf(ann.org_id), { role: "website_admin" });
    for (const person of [elsewhere, await signedIn()])
      await expectProblem(await as(person)(`GET ${path}`), "not_found");
    const blind = await memberOf(ann.org_id, { permissions: ["member:read", "website:invite"] });
    await expectProblem(await as(blind)(`GET ${path}`), "permission_missing");
  });
});

describe("PATCH …/members/:user_id", () => {
  test("role by name or id, status by word or code, settings merged; from the next request on", async () => {
    const guest = await guestOf(shop);
    const custom = await roleOf(ann.org_id, ["website:read"], { name: "Reader", scope: "website" });
    const there = `PATCH ${path}/${guest.user_id}`;
    for (const [json, expected] of [
      [{ role: "website_admin" }, { role: "website_admin" }],
      [{ role: custom }, { role: "Reader", role_id: custom }],
      [{ role: "WEBSITE_USER" }, { role: "website_user" }],
      [{ status: "suspended" }, { status: "suspended" }],
      [{ status: 0 }, { status: "active" }],
      [{ settings: { a: { b: 1 }, c: 1 } }, { settings: { a: { b: 1 }, c: 1 } }],
      [{ settings: { a: 2, c: null } }, { settings: { a: 2 } }],
      [{}, { role: "website_user", status: "active", settings: { a: 2 } }],
    ] as const)
      expect(await expectAnswer(await as(ann)(there, json), 200)).toMatchObject(expected);
    const { profile } = await expectAnswer(await as(ann)(there, {}), 200);
    expect(profile).toEqual({});
    const before = await rowOf(guest.user_id);
    expect(before).toMatchObject({ role: "website_user", status: 0, settings: { a: 2 } });
    await expectAnswer(await as(ann)(there, {}), 200);
    expect(await rowOf(guest.user_id)).toEqual(before);
    const deletes = () => as(guest)(`DELETE /organizations/${ann.org_id}/websites/${shop}`);
    await expectProblem(await deletes(), "permission_missing");
    await expectAnswer(await as(ann)(there, { role: "website_admin" }), 200);
    await expectAnswer(await deletes(), 204);
  });

  test("a role that is not there, or not for websites", async () => {
    const guest = await extraGuestOf(shop);
    const stranger = await signedIn();
    for (const role of ["nobody", "member", await roleIdOf(ann.org_id, "admin")]) {
      const { errors } = await expectProblem(
        await as(ann)(`PATCH ${path}/${guest}`, { role }),
        "invalid_request",
      );
      expect(errors.map((error: { path: string }) => error.path)).toEqual(["role"]);
    }
    const user = await guestOf(shop); // who may not change anybody, and learns as much
    for (const role of [await roleIdOf(stranger.org_id, "website_user"), 2147483647, 0])
      for (const person of [ann, user])
        await expectProblem(await as(person)(`PATCH ${path}/${guest}`, { role }), "not_found");
    expect(await rowOf(guest)).toMatchObject({ role: "website_user" });
  });

  test("is for admins, and the website's own admins, and nobody of another website", async () => {
    const guest = await extraGuestOf(shop);
    const people = {
      ok: [await memberOf(ann.org_id, { role: "admin" }), await guestOf(shop, { role: "website_admin" })],
      no: [await memberOf(ann.org_id), await guestOf(shop)],
      lost: [await guestOf(await websiteOf(ann.org_id), { role: "website_admin" }), await signedIn()],
    };
    const json = { settings: { a: 1 } };
    for (const person of people.ok) await expectAnswer(await as(person)(`PATCH ${path}/${guest}`, json), 200);
    for (const person of people.no)
      await expectProblem(await as(person)(`PATCH ${path}/${guest}`, json), "permission_missing");
    for (const person of people.lost)
      await expectProblem(await as(person)(`PATCH ${path}/${guest}`, json), "not_found");
  });

  test("nobody is made, or touched, who may more than oneself", async () => {
    await roleOf(ann.org_id, ["website:invite", "website:read"], { name: `Host ${shop}`, scope: "website" });
    const host = as(await guestOf(shop, { role: `Host ${shop}` }));
    const [boss, user] = [await extraGuestOf(shop, "website_admin"), await extraGuestOf(shop)];
    for (const target of [boss, user]) {
      await expectProblem(await host(`PATCH ${path}/${target}`, { status: 1 }), "role_above_own");
      await expectProblem(await host(`DELETE ${path}/${target}`), "role_above_own");
    }
    await roleOf(ann.org_id, ["website:read"], { name: `Reader ${shop}`, scope: "website" });
    const reader = await extraGuestOf(shop, `Reader ${shop}`);
    await expectProblem(await host(`PATCH ${path}/${reader}`, { role: "website_user" }), "role_above_own");
    await expectAnswer(await host(`PATCH ${path}/${reader}`, { status: 1 }), 200);
    await expectAnswer(await host(`DELETE ${path}/${reader}`), 204);
    // A role on one website says nothing about another.
    const other = await websiteOf(ann.org_id);
    const there = `/organizations/${ann.org_id}/websites/${other}/members/${await extraGuestOf(other)}`;
    await expectProblem(await host(`DELETE ${there}`), "not_found");
  });

  test.each([
    ["a status of no kind", { status: 7 }, "status"],
    ["no role", { role: null }, "role"],
    ["settings of text", { settings: "x" }, "settings"],
    ["a website", { website_id: 1 }, "website_id"],
  ])("refuses %s", async (_, json, at) => {
    const { errors } = await expectProblem(await as(ann)(`PATCH ${path}/1`, json), "invalid_request");
    expect(errors.map((error: { path: string }) => error.path)).toEqual([at]);
  });
});

describe("DELETE …/members/:user_id", () => {
  test("ends that website's access, at once, and nothing else", async () => {
    const guest = await guestOf(shop);
    const other = await websiteOf(ann.org_id);
    await visits(guest.user_id, other);
    expect(await expectAnswer(await as(ann)(`DELETE ${path}/${guest.user_id}`), 204)).toBeNull();
    expect([await rowOf(guest.user_id), await rowOf(guest.user_id, other)]).toEqual([
      undefined,
      expect.anything(),
    ]);
    await expectProblem(await as(guest)(`GET /organizations/${ann.org_id}/websites/${shop}`), "not_found");
    await expectAnswer(await as(guest)(`GET /organizations/${ann.org_id}/websites/${other}`), 200);
    await expectProblem(await as(ann)(`DELETE ${path}/${guest.user_id}`), "not_found");
  });

  test("oneself everybody may remove, others by permission", async () => {
    const [guest, hand] = [await guestOf(shop), await memberOf(ann.org_id, { permissions: [] })];
    await visits(hand.user_id, shop);
    await expectProblem(await as(guest)(`DELETE ${path}/${hand.user_id}`), "permission_missing");
    for (const person of [guest, hand])
      await expectAnswer(await as(person)(`DELETE ${path}/${person.user_id}`), 204);
    expect([await rowOf(guest.user_id), await rowOf(hand.user_id)]).toEqual([undefined, undefined]);
    // Still a member of the organization.
    await expectProblem(await as(hand)(`GET /organizations/${ann.org_id}`), "permission_missing");
  });

  test("a member of the organization who is none of the website's is not there", async () => {
    const hand = await memberOf(ann.org_id);
    for (const userId of [hand.user_id, ann.user_id, 2147483647]) {
      await expectProblem(await as(ann)(`DELETE ${path}/${userId}`), "not_found");
      await expectProblem(await as(ann)(`PATCH ${path}/${userId}`, {}), "not_found");
    }
    await expectProblem(await as(hand)(`DELETE ${path}/${hand.user_id}`), "not_found");
  });
});
