// Platform power comes from the command line alone: no input, role, token or link of the API gives it, and whoever loses
// it has lost it on the next request. Who has none learns nothing, not even whether an id exists.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, inviteFrom, mailToken } from "./support/invitations.ts";
import { demote, platformAdmin, promote, someTarget } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, newEmail, type SignedIn, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, memberOf, roleIdOf } from "./support/tenants.ts";

type Target = { org_id: number; user_id: number };
/** Every request of the platform, about somebody who is there. */
const everything = ({ org_id, user_id }: Target): string[] => [
  "GET /admin/organizations",
  "GET /admin/organizations?q=acme&status=suspended",
  "GET /admin/users",
  `GET /admin/users?q=${user_id}`,
  ...["suspend", "restore"].flatMap((what) => [
    `POST /admin/organizations/${org_id}/${what}`,
    `POST /admin/users/${user_id}/${what}`,
  ]),
];

async function expectPowerless({ access }: Pick<SignedIn, "access">, label = ""): Promise<void> {
  const target = await someTarget();
  for (const request of everything(target))
    await expectProblem(await as({ access })(request), "permission_missing", `${label} ${request}`);
  const done = await owner(
    `select action from audit_event where after ? 'status' and before ? 'status'
       and (org_id = $1 or (target_type = 'user' and target_id = $2))`,
    [target.org_id, target.user_id],
  );
  expect(done).toEqual([]);
}
const isAdmin = async (userId: number) =>
  (await owner(`select platform_admin from "user" where id = $1`, [userId]))[0]?.platform_admin;

describe("whoever is no platform admin", () => {
  test("gets the same 403, and does nothing, whatever they are elsewhere", async () => {
    const ann = await confirmed();
    await as(ann)("POST /organizations", { name: "Another" });
    const people: Record<string, SignedIn> = {
      "an owner": ann,
      "an admin": await memberOf(ann.org_id, { role: "admin" }),
      "nobody much": await signedIn(),
    };
    for (const [who, person] of Object.entries(people)) await expectPowerless(person, who);
  });

  test("who owns the organization of a platform admin, neither", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    await owner(
      `insert into member (org_id, user_id, role_id) select org_id, $2, id from role where org_id = $1 and name = 'owner'`,
      [admin.org_id, ann.user_id],
    );
    await expectPowerless(ann);
    const path = `/organizations/${admin.org_id}`;
    await expectAnswer(await as(ann)(`PATCH ${path}/members/${admin.user_id}`, { role: "member" }), 200);
    await expectPowerless(ann);
    await expectAnswer(await as(admin)("GET /admin/users?limit=1"), 200);
  });

  test("learns nothing of an id: one that is there, one that is not, and no id at all", async () => {
    const ann = await signedIn();
    const { org_id, user_id } = await signUp();
    const bare = async (request: string) => {
      const answer = await as(ann)(request);
      const { request_id, ...rest } = await expectProblem(answer.clone() as Response, "permission_missing");
      const headers = [...answer.headers].filter(([name]) => name !== "x-request-id");
      expect(request_id).toBeTruthy();
      return JSON.stringify([headers, rest]);
    };
    for (const what of ["suspend", "restore"]) {
      const answers = new Set<string>();
      for (const id of [org_id, 2147483647, 0, "x"])
        answers.add(await bare(`POST /admin/organizations/${id}/${what}`));
      for (const id of [user_id, ann.user_id, 2147483647, 0, "x"])
        answers.add(await bare(`POST /admin/users/${id}/${what}`));
      expect(answers.size).toBe(1);
    }
  });

  test("who is not signed in gets 401, whatever the id", async () => {
    for (const request of [...everything(await someTarget()), "POST /admin/users/x/suspend"]) {
      const [method = "", path = ""] = request.split(" ");
      await expectProblem(await call(path, { method }), "unauthenticated", request);
    }
  });
});

describe("no input gives it", () => {
  test("PATCH /me", async () => {
    const ann = await signedIn();
    for (const field of ["platform_admin", "platformAdmin", "status", "email_verified_at", "email"])
      await expectProblem(await as(ann)("PATCH /me", { [field]: true }), "invalid_request", field);
    const claim = { platform_admin: true, "user.platform_admin": true, role: "platform_admin" };
    await expectAnswer(await as(ann)("PATCH /me", { profile: claim, settings: claim }), 200);
    expect(await isAdmin(ann.user_id)).toBe(false);
    await expectPowerless(ann);
  });

  test("sign-up", async () => {
    const json = { email: newEmail(), password: goodPassword, organization_name: "Acme" };
    await expectProblem(
      await call("/signup", { json: { ...json, platform_admin: true } }),
      "invalid_request",
    );
    const claim = { platform_admin: true };
    const ann = await signedIn({ profile: claim, organization_details: claim });
    expect(await isAdmin(ann.user_id)).toBe(false);
    await expectPowerless(ann);
  });

  test("accepting an invite", async () => {
    const { token, email } = await inviteFrom(await signUp(), { role: "admin" });
    const json = { token, password: goodPassword, profile: { platform_admin: true } };
    const claiming = { ...json, platform_admin: true };
    await expectProblem(await call("/accept-invite", { json: claiming }), "invalid_request");
    const { user_id, org_id } = await expectAnswer(await call("/accept-invite", { json }), 201);
    expect(await isAdmin(user_id)).toBe(false);
    await expectPowerless(await signIn({ email, password: goodPassword, user_id, org_id }));
  });

  test("being made a member, an owner, or somebody with a role of one's own", async () => {
    const [ann, bob] = [await signedIn(), await signedIn()];
    await owner(
      "insert into member (org_id, user_id, role_id) select $1, $2, id from role where org_id = $1 and name = 'member'",
      [ann.org_id, bob.user_id],
    );
    const path = `/organizations/${ann.org_id}`;
    const one = `PATCH ${path}/members/${bob.user_id}`;
    await expectProblem(await as(ann)(one, { platform_admin: true }), "invalid_request");
    await expectAnswer(await as(ann)(one, { role: "owner", settings: { platform_admin: true } }), 200);
    const roleBody = { name: "platform_admin", scope: "organization" };
    for (const permission of ["platform:admin", "admin:read", "*", "user:suspend"]) {
      const json = { ...roleBody, permissions: [permission] };
      await expectProblem(await as(ann)(`POST ${path}/roles`, json), "invalid_request", permission);
    }
    await expectAnswer(
      await as(ann)(`POST ${path}/roles`, { ...roleBody, permissions: ["stats:read"] }),
      201,
    );
    await extraOf(ann.org_id, "owner");
    await expectAnswer(await as(ann)(one, { role: await roleIdOf(ann.org_id, "platform_admin") }), 200);
    expect(await isAdmin(bob.user_id)).toBe(false);
    await expectPowerless(bob);
  });

  test("confirming or resetting", async () => {
    const ann = await signUp();
    const claim = { platform_admin: true };
    const verify = { token: await mailToken("verify", ann) };
    await expectProblem(await call("/verify-email", { json: { ...verify, ...claim } }), "invalid_request");
    await expectAnswer(await call("/verify-email", { json: verify }), 200);
    const reset = { token: await mailToken("reset", ann), new_password: "a fine new passphrase" };
    await expectProblem(await call("/reset-password", { json: { ...reset, ...claim } }), "invalid_request");
    await expectAnswer(await call("/reset-password", { json: reset }), 200);
    await expectPowerless(await signIn({ ...ann, password: reset.new_password }));
  });

  test("the paths themselves: no other verb, no body, no query", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    for (const path of [`/admin/users/${ann.user_id}`, `/admin/users/${ann.user_id}/grant`, "/admin"])
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"])
        expect((await call(path, { method, token: admin.access })).status).toBe(404);
    const suspend = `/admin/users/${ann.user_id}/suspend`;
    expect((await call(suspend, { method: "PUT", token: admin.access })).status).toBe(405);
    const query = `${suspend}?platform_admin=true`;
    await expectProblem(await call(query, { method: "POST", token: admin.access }), "invalid_request");
    const json = { platform_admin: true, status: "active" };
    const changed = await expectAnswer(await as(admin)(`POST ${suspend}`, json), 200);
    expect(changed).toMatchObject({ status: "suspended", platform_admin: false });
  });
});

describe("a platform admin", () => {
  test("has nothing of it by a token that names an organization, be it their own", async () => {
    const admin = await platformAdmin();
    const narrowed = await signIn(admin, { org_id: admin.org_id });
    await expectPowerless(narrowed);
    const refreshed = await ask("/token/refresh", {
      json: { refresh_token: admin.refresh, org_id: admin.org_id },
    });
    await expectPowerless({ access: refreshed.body.access_token });
    const wide = await ask("/token/refresh", { json: { refresh_token: narrowed.refresh } });
    await expectAnswer(await as({ access: wide.body.access_token })("GET /admin/users?limit=1"), 200);
  });

  test("sees and changes nothing inside organizations that are not theirs", async () => {
    const [admin, ann] = [await platformAdmin(), await signedIn()];
    const path = `/organizations/${ann.org_id}`;
    for (const request of [
      `GET ${path}`,
      `GET ${path}/members`,
      `GET ${path}/audit-events`,
      `DELETE ${path}`,
    ])
      await expectProblem(await as(admin)(request), "not_found", request);
    await expectProblem(await as(admin)(`PATCH ${path}`, { name: "Mine" }), "not_found");
    const { data } = await expectAnswer(await as(admin)("GET /organizations"), 200);
    expect(data.map((row: { org_id: number }) => row.org_id)).toEqual([admin.org_id]);
  });

  test("who is revoked is powerless on the next request, with the same token", async () => {
    const admin = await platformAdmin();
    const page = await expectAnswer(await as(admin)("GET /admin/users?limit=1"), 200);
    await demote(admin.user_id);
    await expectPowerless(admin);
    const next = await as(admin)(`GET /admin/users?limit=1&cursor=${page.next_cursor}`);
    await expectProblem(next, "permission_missing");
    await expectAnswer(await as(admin)("GET /me"), 200);
    await promote(admin);
    await expectAnswer(await as(admin)("GET /admin/users?limit=1"), 200);
  });

  test("who is suspended, signs out or changes the password is out with the old tokens", async () => {
    const [suspended, gone, changed] = [await platformAdmin(), await platformAdmin(), await platformAdmin()];
    const other = await signIn(changed);
    await expectAnswer(
      await as(await platformAdmin())(`POST /admin/users/${suspended.user_id}/suspend`),
      200,
    );
    await expectAnswer(await as(gone)("POST /signout"), 204);
    const json = { current_password: goodPassword, new_password: "a fine new passphrase" };
    await expectAnswer(await as(other)("POST /me/password", json), 200);
    for (const person of [suspended, gone, changed])
      for (const request of everything(await someTarget()))
        await expectProblem(await as(person)(request), "session_ended", request);
  });

  test("takes it along: whoever signs up with the address of a deleted one is nobody", async () => {
    const admin = await platformAdmin();
    await expectAnswer(await as(admin)("DELETE /me", { password: admin.password }), 204);
    await expectProblem(await as(admin)("GET /admin/users"), "session_ended");
    const again = await signedIn({ email: admin.email });
    expect(await isAdmin(again.user_id)).toBe(false);
    await expectPowerless(again);
  });
});
