// A new password by the link of the mail: everything that was open before is over, and whoever holds the address is in.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, inviteFrom, mailToken, resetToken, strayToken, submit } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, signedIn, signIn, signUp, verificationToken } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { expectAnswer } from "./support/requests.ts";

const new_password = "a fine new passphrase";
type Options = Parameters<typeof call>[1];
const reset = (token: string, password: string = new_password, options: Options = {}) =>
  call("/reset-password", { ...options, json: { token, new_password: password } });
const trySignIn = async (email: string, password: string) =>
  (await ask("/signin", { json: { email, password } })).status;
const userOf = async (id: number) => (await owner(`select * from "user" where id = $1`, [id]))[0];

describe("POST /reset-password", () => {
  test("sets the password, once, and signs nobody in", async () => {
    const ann = await signUp();
    const token = await resetToken(ann.email);
    expect(await expectAnswer(await reset(token), 200)).toEqual({ message: expect.any(String) });
    expect(await owner("select 1 from session where user_id = $1", [ann.user_id])).toEqual([]);
    expect(await trySignIn(ann.email, ann.password)).toBe(401);
    expect(await trySignIn(ann.email, new_password)).toBe(200);
    await expectProblem(await reset(token, "yet another passphrase"), "token_spent");
    const page = await call(`/reset-password?token=${token}`);
    expect([page.status, page.headers.get("content-type")]).toEqual([410, "text/html; charset=UTF-8"]);
    expect(await trySignIn(ann.email, new_password)).toBe(200);
  });

  test("ends every session: access tokens on the next request, refresh tokens for good", async () => {
    const ann = await signedIn();
    const sessions = [ann, await signIn(ann), await signIn(ann)];
    await expectAnswer(await reset(await resetToken(ann.email)), 200);
    for (const { access, refresh } of sessions) {
      expect((await ask("/me", { token: access })).body.code).toBe("session_ended");
      expect((await ask("/token/refresh", { json: { refresh_token: refresh } })).status).toBe(401);
    }
    const open = "select 1 from session where user_id = $1 and ended_at is null";
    expect(await owner(open, [ann.user_id])).toEqual([]);
  });

  test("verifies the address, and ends every other link of the account", async () => {
    const ann = await signUp();
    const [other, verify] = [await mailToken("reset", ann), await verificationToken(ann.email)];
    const bob = await signUp();
    const bobs = await mailToken("reset", bob);
    await expectAnswer(await reset(await mailToken("reset", ann)), 200);
    expect(await userOf(ann.user_id)).toMatchObject({ email_verified_at: expect.any(String), origin: {} });
    await expectProblem(await reset(other), "token_spent");
    for (const path of ["/verify-email", "/verify-email/deny"])
      await expectProblem(await call(path, { json: { token: verify } }), "token_spent");
    await expectAnswer(await reset(bobs), 200);
  });

  test("works after whoever knows the password has changed it, and asked for all links that there are", async () => {
    const person = await signedIn();
    for (let i = 0; i < 4; i += 1) await resetToken(person.email);
    const link = await resetToken(person.email);
    const theirs = "the thief's own passphrase";
    const change = { current_password: person.password, new_password: theirs };
    await expectAnswer(await call("/me/password", { token: person.access, json: change }), 200);
    // No more links for now, and the newest is as good as it was.
    const before = (await mailsTo(person.email)).length;
    await expectAnswer(await call("/forgot-password", { json: { email: person.email } }), 202);
    expect(await mailsTo(person.email)).toHaveLength(before);
    const json = { token: link, new_password: "the owner's own passphrase" };
    await expectAnswer(await call("/reset-password", { json }), 200);
    await signIn({ ...person, password: "the owner's own passphrase" });
    await expectProblem(await call("/me", { token: person.access }), "session_ended");
  });

  test("clears the pause after wrong passwords", async () => {
    const { email } = await signUp();
    for (let i = 0; i < 10; i += 1) expect(await trySignIn(email, "not the right one")).toBe(401);
    expect(await trySignIn(email, new_password)).toBe(429);
    await expectAnswer(await reset(await resetToken(email)), 200);
    expect(await trySignIn(email, new_password)).toBe(200);
  });

  test("tells the owner by mail: when, from where, with what, and that it was a reset", async () => {
    const ann = await signUp();
    const token = await resetToken(ann.email);
    const headers = { "cf-connecting-ip": "192.0.2.97", "user-agent": "curl/8.14.1" };
    await expectAnswer(
      await reset(token, new_password, { headers, cf: { city: "Oslo", country: "NO" } }),
      200,
    );
    const [alert, ...before] = await mailsTo(ann.email);
    expect(before).toHaveLength(2); // to verify, to reset
    for (const part of ["192.0.2.97", "Oslo, NO", "curl"]) expect(alert?.text).toContain(part);
    expect(alert?.text).not.toContain("token=");
    expect(alert?.subject).toMatch(/password/i);
  });

  test("keeps what the account is: profile, memberships, invites", async () => {
    const ann = await confirmed({ profile: { name: "Ann" } });
    const { invite_id } = await inviteFrom(ann);
    const { password: _, credential_version, updated_at: __, ...before } = (await userOf(ann.user_id)) ?? {};
    await expectAnswer(await reset(await mailToken("reset", ann)), 200);
    const after = await userOf(ann.user_id);
    expect(after).toMatchObject(before);
    expect(after?.credential_version).toBe(credential_version + 1);
    const [row] = await owner("select state from invite where id = $1", [invite_id]);
    expect(row?.state).toBe("pending");
  });

  test("a password that may not be set is refused at its field, and the link still works", async () => {
    const ann = await signUp();
    const token = await mailToken("reset", ann);
    for (const password of ["short", "password123", ann.email, "gatehouse"]) {
      const { errors } = await expectProblem(await reset(token, password), "invalid_request", password);
      expect(errors.map(({ path }: { path: string }) => path)).toEqual(["new_password"]);
    }
    await expectAnswer(await reset(token), 200);
  });

  test("bad input wins over a bad link, whatever the link", async () => {
    const spent = await mailToken("reset", await signUp());
    await reset(spent);
    for (const token of ["x", spent, await strayToken("reset", { lifetimeMs: -1 })])
      await expectProblem(await reset(token, "short"), "invalid_request");
    for (const json of [
      {},
      { token: "x" },
      { new_password },
      { token: "x", new_password, email: "a@b.example" },
    ])
      await expectProblem(await call("/reset-password", { json }), "invalid_request");
  });

  test("a suspended account gets its new password, and stays suspended", async () => {
    const ann = await signUp();
    await owner(`update "user" set status = 1 where id = $1`, [ann.user_id]);
    await expectAnswer(await reset(await mailToken("reset", ann)), 200);
    const { status, body } = await ask("/signin", { json: { email: ann.email, password: new_password } });
    expect([status, body.code]).toEqual([403, "user_suspended"]);
  });
});

describe("GET /reset-password", () => {
  test("shows the form, and spends nothing, GET or HEAD", async () => {
    const ann = await signUp();
    const token = await mailToken("reset", ann);
    const path = `/reset-password?token=${token}`;
    for (const method of ["HEAD", "GET", "HEAD", "GET"])
      expect((await call(path, { method })).status).toBe(200);
    const page = await (await call(path)).text();
    expect(page).toContain(ann.email);
    const done = await submit("/reset-password", { token, new_password });
    expect([done.status, done.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(await trySignIn(ann.email, new_password)).toBe(200);
  });

  test("a refused form comes back with its error, and without what was typed", async () => {
    const ann = await signUp();
    const token = await mailToken("reset", ann);
    for (const typed of ["short7!", ann.email.toUpperCase()]) {
      const page = await submit("/reset-password", { token, new_password: typed });
      expect([page.status, page.headers.get("content-type")]).toEqual([422, "text/html; charset=UTF-8"]);
      const html = await page.text();
      expect(html).not.toContain(typed);
      expect(html).toContain(`value="${token}"`);
      expect(html).toContain("aria-invalid");
    }
    const missing = await submit("/reset-password", { token });
    expect(missing.status).toBe(422);
    expect((await submit("/reset-password", { token: "x", new_password: "short" })).status).toBe(404);
  });
});
