// Accepting an invite: what the link offers, and what becomes of whoever takes it, with and without an account.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, invite, inviteFrom, invitesPath } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail, type SignedIn, signedIn, signIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";

const json = { accept: "application/json" };
const look = (token: string, headers: Record<string, string> = json) =>
  call(`/accept-invite?token=${token}`, { headers });
const accept = (token: string, more: object = {}) => ask("/accept-invite", { json: { token, ...more } });
const userOf = async (email: string) =>
  (await owner(`select * from "user" where email = $1`, [email]))[0] ?? null;
const roleIn = async ({ org_id }: SignedIn, userId: number) => {
  const found = await owner(
    "select r.name from member m join role r on r.id = m.role_id where m.org_id = $1 and m.user_id = $2",
    [org_id, userId],
  );
  return found.map(({ name }) => name);
};

describe("GET /accept-invite", () => {
  test("tells an application what is offered, by whom, and whether an account exists", async () => {
    const ann = await confirmed({ organization_name: "Anvils" });
    const [unverified, verified] = [await signedIn(), await confirmed()];
    for (const [email, account_exists, password_needed] of [
      [newEmail("new"), false, true],
      [unverified.email, true, true],
      [verified.email, true, false],
    ] as const) {
      const { token, invite: sent } = await invite(ann, { email, role: "admin" });
      const answer = await look(token);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(await expectAnswer(answer, 200)).toEqual({
        org_id: ann.org_id,
        organization: "Anvils",
        website: null,
        role: "admin",
        invited_by: ann.email,
        email,
        expires_at: sent.expires_at,
        account_exists,
        password_needed,
      });
    }
  });

  test("is a page unless JSON is preferred", async () => {
    const { token } = await inviteFrom(await signedIn());
    for (const [accept, type] of [
      ["", "text/html; charset=UTF-8"],
      ["*/*", "text/html; charset=UTF-8"],
      ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=UTF-8"],
      ["application/json;q=0.5, text/html", "text/html; charset=UTF-8"],
      ["application/json", "application/json"],
      ["application/json, text/html;q=0.5", "application/json"],
    ] as const) {
      const answer = await look(token, accept === "" ? {} : { accept });
      expect([accept, answer.status, answer.headers.get("content-type")]).toEqual([accept, 200, type]);
    }
  });

  test("spends nothing, however often, GET or HEAD", async () => {
    const ann = await confirmed();
    const { token, invite_id } = await inviteFrom(ann);
    const before = await owner("select * from invite where id = $1", [invite_id]);
    for (const method of ["GET", "HEAD", "GET", "HEAD"])
      for (const headers of [json, {}])
        expect((await call(`/accept-invite?token=${token}`, { method, headers })).status).toBe(200);
    expect(await owner("select * from invite where id = $1", [invite_id])).toEqual(before);
    expect((await accept(token, { password: goodPassword })).status).toBe(201);
  });
});

describe("a new address", () => {
  test("gets a verified account with the password, and the role; never a session", async () => {
    const ann = await confirmed({ organization_name: "Anvils" });
    const { token, email, invite_id } = await invite(ann, { role: "admin" });
    const { status, body } = await accept(token, { email, password: goodPassword, profile: { name: "Ada" } });
    expect(status).toBe(201);
    expect(body).toEqual({
      message: expect.any(String),
      user_id: expect.any(Number),
      email,
      org_id: ann.org_id,
      organization: "Anvils",
      website: null,
      role: "admin",
    });
    expect(await userOf(email)).toMatchObject({
      id: body.user_id,
      profile: { name: "Ada" },
      email_verified_at: expect.any(String),
      password: expect.stringMatching(/^\$pbkdf2-sha256-chain\$/),
    });
    expect(await roleIn(ann, body.user_id)).toEqual(["admin"]);
    const [row] = await owner("select * from invite where id = $1", [invite_id]);
    expect(row).toMatchObject({ state: "accepted", settled_at: expect.any(String) });
    expect(await owner("select 1 from session where user_id = $1", [body.user_id])).toEqual([]);
    expect(await mailsTo(email)).toHaveLength(1); // the invitation; nothing to verify

    const ada = await signIn({ email, password: goodPassword, user_id: body.user_id, org_id: ann.org_id });
    await expectAnswer(await as(ada)(`GET ${invitesPath(ann.org_id)}`), 200);
    // Their only organization is the one that they were invited to.
    const me = await expectAnswer(await as(ada)("GET /me"), 200);
    expect(me.organizations).toMatchObject([{ org_id: ann.org_id, role: "admin" }]);
  });

  test("needs a password that may be set; the invite waits until it comes", async () => {
    const { token, email } = await inviteFrom(await signedIn());
    for (const [more, message] of [
      [{}, "is missing"],
      [{ password: "short" }, "must hold at least 8 characters"],
      [{ password: "password123" }, /./],
      [{ password: email }, /./],
    ] as const) {
      const answer = await call("/accept-invite", { json: { token, ...more } });
      const { errors } = await expectProblem(answer, "invalid_request");
      expect(errors).toEqual([{ path: "password", message: expect.stringMatching(message) }]);
    }
    expect(await userOf(email)).toBeNull();
    expect((await accept(token, { password: goodPassword })).status).toBe(201);
  });

  test("works once", async () => {
    const { token } = await inviteFrom(await signedIn());
    const password = goodPassword;
    expect((await accept(token, { password })).status).toBe(201);
    expect((await accept(token, { password })).body.code).toBe("invite_accepted");
    await expectProblem(await look(token), "invite_accepted");
  });
});

describe("a known and verified address", () => {
  test("joins with that account, whatever password and profile are sent", async () => {
    const ann = await confirmed();
    for (const more of [
      {},
      { password: "another fine passphrase", profile: { name: "Eve" } },
      { password: "short" },
    ]) {
      const bob = await confirmed({ profile: { name: "Bob" } });
      const before = await userOf(bob.email);
      const { token } = await inviteFrom(ann, { email: bob.email });
      const { status, body } = await accept(token, more);
      expect([status, body.user_id, body.role]).toEqual([200, bob.user_id, "member"]);
      expect(await userOf(bob.email)).toEqual(before);
      expect(await roleIn(ann, bob.user_id)).toEqual(["member"]);
      // Their session goes on, and sees the organization at once.
      await expectAnswer(await as(bob)(`GET /organizations/${ann.org_id}`), 200);
      expect((await signIn(bob)).user_id).toBe(bob.user_id);
    }
  });

  test("in any case of its letters", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    await owner(`update "user" set email = $2 where id = $1`, [bob.user_id, bob.email.toUpperCase()]);
    const { token } = await inviteFrom(ann, { email: bob.email });
    expect((await accept(token)).body.user_id).toBe(bob.user_id);
  });

  test("a member by now is told so", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    const [first, second] = [
      await inviteFrom(ann, { email: bob.email }),
      await confirmed().then((other) => inviteFrom(other, { email: bob.email })),
    ];
    expect((await accept(first.token)).status).toBe(200);
    expect((await accept(second.token)).status).toBe(200);
    const third = await inviteFrom(ann, { email: bob.email });
    const { status, body } = await accept(third.token);
    expect([status, body.code]).toEqual([409, "already_member"]);
    await expectProblem(await look(third.token), "already_member");
  });
});
