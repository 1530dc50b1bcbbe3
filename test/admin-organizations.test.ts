// A platform admin suspends an organization and restores it: from the next request on, once, and told in its trail.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { expectClosed } from "./support/closed-invites.ts";
import { inviteFrom, mailToken } from "./support/invitations.ts";
import { platformAdmin, promote } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, websiteOf } from "./support/tenants.ts";

const rowOf = async (orgId: number) =>
  (await owner("select status, updated_at from organisation where id = $1", [orgId]))[0];
const trailOf = (orgId: number) =>
  owner("select * from audit_event where org_id = $1 and action = 'organization.updated' order by id", [
    orgId,
  ]);
const set = (admin: SignedIn, what: "suspend" | "restore", orgId: number | string) =>
  as(admin)(`POST /admin/organizations/${orgId}/${what}`, undefined, { "cf-connecting-ip": "192.0.2.77" });

test("answers with the row as the list shows it, and the database holds it", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  for (const [what, status, code] of [
    ["suspend", "suspended", 1],
    ["restore", "active", 0],
  ] as const) {
    const before = await rowOf(ann.org_id);
    const changed = await expectAnswer(await set(admin, what, ann.org_id), 200);
    expect(changed).toEqual({
      org_id: ann.org_id,
      name: "Acme",
      status,
      personal: false,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const listed = await expectAnswer(await as(admin)(`GET /admin/organizations?q=${ann.org_id}`), 200);
    expect(listed.data).toContainEqual(changed);
    const row = await rowOf(ann.org_id);
    expect([row?.status, Number(row?.updated_at)]).toEqual([code, changed.updated_at]);
    expect(changed.updated_at).toBeGreaterThan(Number(before?.updated_at));
  }
});

test("done already: the same answer, and nothing new", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  expect((await expectAnswer(await set(admin, "restore", ann.org_id), 200)).status).toBe("active");
  expect(await trailOf(ann.org_id)).toEqual([]);
  const first = await expectAnswer(await set(admin, "suspend", ann.org_id), 200);
  expect(await expectAnswer(await set(admin, "suspend", ann.org_id), 200)).toEqual(first);
  expect(await expectAnswer(await set(await platformAdmin(), "suspend", ann.org_id), 200)).toEqual(first);
  expect(await trailOf(ann.org_id)).toHaveLength(1);
});

test("the trail of the organization tells who did it, and its owner reads that", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  const answers = [await set(admin, "suspend", ann.org_id), await set(admin, "restore", ann.org_id)];
  const told = [
    { before: { status: "suspended" }, after: { status: "active" } },
    { before: { status: "active" }, after: { status: "suspended" } },
  ];
  const path = `GET /organizations/${ann.org_id}/audit-events`;
  for (const filter of ["action=organization.updated", `actor=${admin.user_id}`]) {
    const { data } = await expectAnswer(await as(ann)(`${path}?${filter}`), 200);
    expect(data).toMatchObject(told);
    data.forEach((event: object, i: number) => {
      expect(event).toMatchObject({
        action: "organization.updated",
        actor_id: admin.user_id,
        actor_email: null, // Not the owner's to see.
        session_id: null, // Nor from where they work.
        target_type: "organization",
        target_id: ann.org_id,
        ip: "",
        request_id: answers[1 - i]?.headers.get("x-request-id"),
      });
    });
  }
  await expectProblem(await as(ann)(`${path}?actor=${(await signedIn()).user_id}`), "not_found");
});

test("an admin who is in the organization is named in its trail", async () => {
  const ann = await signedIn();
  const admin = await promote(await memberOf(ann.org_id));
  await expectAnswer(await set(admin, "suspend", ann.org_id), 200);
  const { data } = await expectAnswer(
    await as(ann)(`GET /organizations/${ann.org_id}/audit-events?actor=${admin.user_id}`),
    200,
  );
  expect(data).toMatchObject([{ actor_email: admin.email, action: "organization.updated" }]);
});

describe("from the next request on", () => {
  test("owners only read, everybody else is out, strangers learn nothing; all of it ends with a restoration", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    const [hand, stranger] = [await memberOf(ann.org_id, { role: "admin" }), await signedIn()];
    const shop = await websiteOf(ann.org_id);
    const guest = await guestOf(shop);
    const path = `/organizations/${ann.org_id}`;
    const invited = await inviteFrom(ann);
    const { access: narrowed } = await signIn(hand, { org_id: ann.org_id });
    await expectAnswer(await set(admin, "suspend", ann.org_id), 200);

    expect((await expectAnswer(await as(ann)(`GET ${path}`), 200)).status).toBe("suspended");
    for (const request of [`PATCH ${path}`, `DELETE ${path}`])
      await expectProblem(
        await as(ann)(request, request.startsWith("PATCH") ? { name: "Mine" } : undefined),
        "organization_suspended",
      );
    await expectProblem(await as(hand)(`GET ${path}`), "organization_suspended");
    await expectProblem(await call(path, { token: narrowed }), "organization_suspended");
    await expectProblem(await as(guest)(`GET ${path}/websites/${shop}`), "organization_suspended");
    await expectProblem(await as(stranger)(`GET ${path}`), "not_found");
    const { email, password } = hand;
    const withOrg = { email, password, org_id: ann.org_id };
    await expectProblem(await call("/signin", { json: withOrg }), "organization_suspended");
    const refresh = { refresh_token: hand.refresh, org_id: ann.org_id };
    await expectProblem(await call("/token/refresh", { json: refresh }), "organization_suspended");
    await expectClosed(invited, "organization_suspended");

    await expectAnswer(await set(admin, "restore", ann.org_id), 200);
    await expectAnswer(await as(ann)(`PATCH ${path}`, { name: "Back" }), 200);
    for (const token of [hand.access, narrowed]) expect((await call(path, { token })).status).toBe(200);
    await expectAnswer(await as(guest)(`GET ${path}/websites/${shop}`), 200);
    expect((await call("/signin", { json: withOrg })).status).toBe(200);
    expect((await call("/token/refresh", { json: refresh })).status).toBe(200);
    const json = { token: invited.token, password: "a fine new passphrase" };
    await expectAnswer(await call("/accept-invite", { json }), 201);
  });

  test("its people stay people: they sign in, reset their password and work elsewhere", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await expectAnswer(await set(admin, "suspend", ann.org_id), 200);
    await expectAnswer(await as(ann)("POST /organizations", { name: "Another" }), 201);
    const json = { token: await mailToken("reset", ann), new_password: "a fine new passphrase" };
    await expectAnswer(await call("/reset-password", { json }), 200);
    const again = await signIn({ ...ann, password: json.new_password });
    await expectAnswer(await as(again)(`GET /organizations/${ann.org_id}`), 200);
  });

  test("no endpoint of its own brings it back: status is the operator's", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await expectAnswer(await set(admin, "suspend", ann.org_id), 200);
    const path = `PATCH /organizations/${ann.org_id}`;
    for (const status of ["active", 0])
      await expectProblem(await as(ann)(path, { status }), "invalid_request");
    await expectProblem(await as(ann)(path, { settings: { status: "active" } }), "organization_suspended");
    await expectProblem(await set(ann, "restore", ann.org_id), "permission_missing");
    await expectProblem(await as(ann)("DELETE /me", { password: ann.password }), "organization_suspended");
    expect((await rowOf(ann.org_id))?.status).toBe(1);
  });
});

test("an organization that is not there, whatever the id: 404, and nothing is written", async () => {
  const admin = await platformAdmin();
  const { org_id } = await signedIn();
  await owner("delete from organisation where id = $1", [org_id]);
  const before = await owner("select max(id) as id from audit_event where actor_id = $1", [admin.user_id]);
  for (const id of [org_id, 2147483647, 2147483648, 0, -1, "x", "1.0", "%00", "9".repeat(40)])
    for (const what of ["suspend", "restore"] as const)
      await expectProblem(await set(admin, what, id), "not_found", `${what} ${id}`);
  expect(await owner("select max(id) as id from audit_event where actor_id = $1", [admin.user_id])).toEqual(
    before,
  );
});
