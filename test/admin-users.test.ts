// A platform admin suspends a person and restores them: every session ends for good, sign-in says why, and nothing that
// they sent or were sent is worth anything meanwhile.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { anvils, expectClosed } from "./support/closed-invites.ts";
import { confirmed, inviteFrom, mailToken } from "./support/invitations.ts";
import { platformAdmin } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, type SignedIn, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, memberOf, websiteOf } from "./support/tenants.ts";

const userOf = async (id: number) => (await owner(`select * from "user" where id = $1`, [id]))[0];
const trailOf = (userId: number) =>
  owner(
    "select * from audit_event where target_type = 'user' and target_id = $1 and action = 'user.updated'",
    [userId],
  );
const set = (admin: SignedIn, what: "suspend" | "restore", userId: number | string) =>
  as(admin)(`POST /admin/users/${userId}/${what}`, undefined, { "cf-connecting-ip": "192.0.2.77" });
const suspend = async (admin: SignedIn, userId: number) =>
  expectAnswer(await set(admin, "suspend", userId), 200);
const restore = async (admin: SignedIn, userId: number) =>
  expectAnswer(await set(admin, "restore", userId), 200);

test("answers with the row as the list shows it, and the database holds it", async () => {
  const [admin, ann] = [await platformAdmin(), await confirmed({ profile: { name: "Ann" } })];
  for (const [what, status, code] of [
    ["suspend", "suspended", 1],
    ["restore", "active", 0],
  ] as const) {
    const before = await userOf(ann.user_id);
    const changed = await expectAnswer(await set(admin, what, ann.user_id), 200);
    expect(changed).toEqual({
      user_id: ann.user_id,
      email: ann.email,
      name: "Ann",
      email_verified: true,
      status,
      platform_admin: false,
      created_at: expect.any(Number),
      updated_at: expect.any(Number),
    });
    const listed = await expectAnswer(await as(admin)(`GET /admin/users?q=${ann.email}`), 200);
    expect(listed.data).toEqual([changed]);
    const row = await userOf(ann.user_id);
    expect([row?.status, Number(row?.updated_at)]).toEqual([code, changed.updated_at]);
    expect(changed.updated_at).toBeGreaterThan(Number(before?.updated_at));
    expect(row).toMatchObject({ password: before?.password, settings: before?.settings });
  }
});

test("done already: the same answer, and nothing new", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  expect((await restore(admin, ann.user_id)).status).toBe("active");
  await expectAnswer(await as(ann)("GET /me"), 200);
  expect(await trailOf(ann.user_id)).toEqual([]);
  const first = await suspend(admin, ann.user_id);
  expect(await suspend(admin, ann.user_id)).toEqual(first);
  expect(await suspend(await platformAdmin(), ann.user_id)).toEqual(first);
  expect(await trailOf(ann.user_id)).toHaveLength(1);
});

test("the trail without an organization tells who did it", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  const answer = await set(admin, "suspend", ann.user_id);
  expect(await trailOf(ann.user_id)).toMatchObject([
    {
      org_id: null,
      actor_id: admin.user_id,
      session_id: String(admin.session_id),
      before: { status: "active" },
      after: { status: "suspended" },
      ip: "192.0.2.77",
      request_id: answer.headers.get("x-request-id"),
    },
  ]);
  const { data } = await expectAnswer(
    await as(admin)(`GET /organizations/${admin.org_id}/audit-events`),
    200,
  );
  expect(data.filter((event: { target_type: string }) => event.target_type === "user")).toEqual([]);
});

describe("every session", () => {
  test("is out on the next request, and stays so after a restoration", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    const sessions = [ann, await signIn(ann), await signIn(ann, { org_id: ann.org_id })];
    const expectOut = async () => {
      for (const { access, refresh } of sessions) {
        await expectProblem(await call("/me", { token: access }), "session_ended");
        const json = { refresh_token: refresh };
        await expectProblem(await call("/token/refresh", { json }), "session_ended");
      }
    };
    await suspend(admin, ann.user_id);
    await expectOut();
    const ended = await owner("select ended_at, end_reason from session where user_id = $1", [ann.user_id]);
    expect(ended.map(({ end_reason }) => end_reason)).toEqual(["revoked", "revoked", "revoked"]);
    await restore(admin, ann.user_id);
    await expectOut();
    await expectAnswer(await as(await signIn(ann))(`GET /organizations/${ann.org_id}`), 200);
  });

  test("of somebody whom a hand in the database suspended ends too", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await owner(`update "user" set status = 1 where id = $1`, [ann.user_id]);
    await suspend(admin, ann.user_id);
    await restore(admin, ann.user_id);
    await expectProblem(await as(ann)("GET /me"), "session_ended");
  });

  test("that ended before keeps its own reason", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await as(ann)("POST /signout");
    await suspend(admin, ann.user_id);
    const reasons = await owner("select end_reason from session where user_id = $1", [ann.user_id]);
    expect(reasons).toEqual([{ end_reason: "signed_out" }]);
  });
});

test("sign-in says so after the right password alone, until the restoration", async () => {
  const [admin, ann] = [await platformAdmin(), await signUp()];
  await suspend(admin, ann.user_id);
  const { email, password } = ann;
  await expectProblem(await call("/signin", { json: { email, password } }), "user_suspended");
  const wrong = { email, password: "not the right one" };
  await expectProblem(await call("/signin", { json: wrong }), "invalid_credentials");
  await restore(admin, ann.user_id);
  await signIn(ann);
});

describe("a link to reset the password", () => {
  test("sets one, and lets nobody in", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await suspend(admin, ann.user_id);
    expect((await ask("/forgot-password", { json: { email: ann.email } })).status).toBe(202);
    const json = { token: await mailToken("reset", ann), new_password: "a fine new passphrase" };
    await expectAnswer(await call("/reset-password", { json }), 200);
    const credentials = { email: ann.email, password: json.new_password };
    await expectProblem(await call("/signin", { json: credentials }), "user_suspended");
    expect((await userOf(ann.user_id))?.status).toBe(1);
    await restore(admin, ann.user_id);
    await signIn({ ...ann, password: json.new_password });
  });

  test("or to confirm the address neither", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await suspend(admin, ann.user_id);
    const json = { token: await mailToken("verify", ann) };
    await expectAnswer(await call("/verify-email", { json }), 200);
    expect(await userOf(ann.user_id)).toMatchObject({ status: 1, email_verified_at: expect.anything() });
    await expectProblem(await as(ann)("GET /me"), "session_ended");
  });

  test("and who says that it was not them does not remove what an operator has suspended", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await suspend(admin, ann.user_id);
    const json = { token: await mailToken("verify", ann) };
    await expectAnswer(await call("/verify-email/deny", { json }), 200);
    expect((await userOf(ann.user_id))?.status).toBe(1);
  });
});

describe("invites", () => {
  test("that they sent are worth nothing while it lasts, to the organization and to a website", async () => {
    const platform = await platformAdmin();
    const { ann, admin, link } = await anvils();
    const websiteId = await websiteOf(ann.org_id);
    const links = [link, await inviteFrom(admin, { websiteId })];
    const others = await inviteFrom(ann);
    await suspend(platform, admin.user_id);
    for (const one of links) await expectClosed(one, "invite_void");
    const open = await call(`/accept-invite?token=${others.token}`);
    expect(open.status).toBe(200);
    await restore(platform, admin.user_id);
    for (const { token } of links)
      await expectAnswer(await call("/accept-invite", { json: { token, password: goodPassword } }), 201);
  });

  test("that were sent to them do not let them in, confirmed or not, and give nobody the account", async () => {
    const platform = await platformAdmin();
    const { admin } = await anvils();
    for (const bob of [await confirmed(), await signedIn()]) {
      const { password } = (await userOf(bob.user_id)) ?? {};
      const link = await inviteFrom(admin, { email: bob.email });
      await suspend(platform, bob.user_id);
      await expectClosed(link, "user_suspended");
      expect(await userOf(bob.user_id)).toMatchObject({ password, status: 1 });
      await restore(platform, bob.user_id);
      const json = { token: link.token, password: "a fine new passphrase" };
      await expectAnswer(await call("/accept-invite", { json }), 200);
    }
  });
});

test("the last active owner of others stays, with every session, until there is another owner", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  await memberOf(ann.org_id);
  const organizations = [{ org_id: ann.org_id, name: "Acme" }];
  await expectProblem(await set(admin, "suspend", ann.user_id), "last_owner", "", { organizations });
  await expectAnswer(await as(ann)("GET /me"), 200);
  expect(await trailOf(ann.user_id)).toEqual([]);
  await memberOf(ann.org_id, { role: "owner" });
  await suspend(admin, ann.user_id);
  await expectProblem(await as(ann)("GET /me"), "session_ended");
});

test("nobody is kept from suspension by those they brought along: the organization goes first, and comes back last", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  await memberOf(ann.org_id);
  await expectAnswer(await as(admin)(`POST /admin/organizations/${ann.org_id}/suspend`), 200);
  await suspend(admin, ann.user_id);
  const early = await as(admin)(`POST /admin/organizations/${ann.org_id}/restore`);
  await expectProblem(early, "last_owner");
  await restore(admin, ann.user_id);
  await expectAnswer(await as(admin)(`POST /admin/organizations/${ann.org_id}/restore`), 200);
});

test("an operator may suspend somebody together with the organizations that depend on them", async () => {
  const [admin, ann] = [await platformAdmin(), await signedIn()];
  const helper = await memberOf(ann.org_id);
  const path = `POST /admin/users/${ann.user_id}/suspend`;
  const refused = await expectProblem(await as(admin)(`${path}?with_organizations=yes`), "invalid_request");
  expect(refused.errors).toEqual([{ path: "with_organizations", message: "must be true or false" }]);
  expect((await expectAnswer(await as(admin)(`${path}?with_organizations=true`), 200)).status).toBe(
    "suspended",
  );
  await expectProblem(await as(helper)(`GET /organizations/${ann.org_id}`), "organization_suspended");
  const rows = await owner(
    "select before, after, actor_id, session_id, ip from audit_event where org_id = $1 and action = 'organization.updated'",
    [ann.org_id],
  );
  expect(rows).toEqual([
    {
      before: { status: "active" },
      after: { status: "suspended" },
      actor_id: admin.user_id,
      session_id: null,
      ip: "",
    },
  ]);
});

describe("platform admins", () => {
  test("suspend each other, but nobody themselves", async () => {
    const [ann, bob] = [await platformAdmin(), await platformAdmin()];
    await expectProblem(await set(ann, "suspend", ann.user_id), "own_account");
    expect((await restore(ann, ann.user_id)).status).toBe("active");
    expect(await trailOf(ann.user_id)).toMatchObject([{ after: { platform_admin: true } }]);
    expect(await suspend(ann, bob.user_id)).toMatchObject({ status: "suspended", platform_admin: true });
    await expectProblem(await as(bob)("GET /admin/users"), "session_ended");
    await restore(ann, bob.user_id);
    await expectProblem(await as(bob)("GET /admin/users"), "session_ended");
    await expectAnswer(await as(await signIn(bob))("GET /admin/users?limit=1"), 200);
  });
});

test("a person who is not there, whatever the id: 404, and nothing is written", async () => {
  const admin = await platformAdmin();
  const { org_id } = await signUp();
  const user_id = await extraOf(org_id);
  await owner(`delete from "user" where id = $1`, [user_id]);
  const lines = () => owner("select max(id) as id from audit_event where actor_id = $1", [admin.user_id]);
  const before = await lines();
  for (const id of [user_id, 2147483647, 2147483648, 0, -1, "x", "1.0", "%00", "9".repeat(40)])
    for (const what of ["suspend", "restore"] as const)
      await expectProblem(await set(admin, what, id), "not_found", `${what} ${id}`);
  expect(await lines()).toEqual(before);
});
