// "This was not me": an account that somebody made with another person's address goes, with the organization that came
// with it. One that others depend on stays, and is closed to whoever made it.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirm, mailToken, resetToken, submit } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, signedIn, signUp, verificationToken } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf } from "./support/tenants.ts";

const deny = (token: string) => call("/verify-email/deny", { json: { token } });
const verify = (token: string) => call("/verify-email", { json: { token } });
const userOf = async (id: number) => (await owner(`select * from "user" where id = $1`, [id]))[0] ?? null;
const organizationOf = async (id: number) =>
  (await owner("select * from organisation where id = $1", [id]))[0] ?? null;

describe("POST /verify-email/deny", () => {
  test("removes the unverified account, its sessions and its organization; the address is free again", async () => {
    const eve = await signedIn();
    const token = await verificationToken(eve.email);
    expect(await expectAnswer(await deny(token), 200)).toEqual({
      message: expect.any(String),
      email: eve.email,
    });
    expect([await userOf(eve.user_id), await organizationOf(eve.org_id)]).toEqual([null, null]);
    await expectProblem(await as(eve)("GET /me"), "session_ended");
    expect((await ask("/token/refresh", { json: { refresh_token: eve.refresh } })).status).toBe(401);
    for (const again of [await deny(token), await verify(token)]) await expectProblem(again, "token_spent");
    expect((await signUp({ email: eve.email })).user_id).not.toBe(eve.user_id);
  });

  test("works from the page's button, and answers with a page", async () => {
    const eve = await signUp();
    const done = await submit("/verify-email/deny", { token: await verificationToken(eve.email) });
    expect([done.status, done.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(await userOf(eve.user_id)).toBeNull();
  });

  test("takes along every organization where they were alone", async () => {
    const eve = await signedIn();
    const other = await expectAnswer(await as(eve)("POST /organizations", { name: "Other" }), 201);
    await expectAnswer(await deny(await verificationToken(eve.email)), 200);
    expect(await organizationOf(other.org_id)).toBeNull();
  });

  test("works with a link that a newer one has replaced: whoever signed up may ask for links too", async () => {
    const eve = await signedIn();
    const first = await verificationToken(eve.email);
    await expectAnswer(await as(eve)("POST /verify-email/resend"), 202);
    await expectProblem(await verify(first), "token_spent");
    const page = await call(`/verify-email?token=${first}`);
    const html = await page.text();
    expect(page.status).toBe(410);
    expect(html).toContain('action="/verify-email/deny"');
    expect(html).not.toContain('action="/verify-email"');
    await expectAnswer(await deny(first), 200);
    expect(await userOf(eve.user_id)).toBeNull();
  });

  test("an expired one is of no use for it", async () => {
    const eve = await signUp();
    await owner("update mail_token set expires_at = 1 where user_id = $1", [eve.user_id]);
    await expectProblem(await deny(await verificationToken(eve.email)), "token_spent");
    expect(await userOf(eve.user_id)).not.toBeNull();
  });

  test("leaves a verified account alone, whatever link is left", async () => {
    const ann = await confirm(await signUp());
    await expectProblem(await deny(await verificationToken(ann.email)), "token_spent");
    await expectProblem(await deny(await mailToken("verify", ann)), "token_spent");
    expect(await userOf(ann.user_id)).not.toBeNull();
  });

  test("takes no link of another kind, nor garbage", async () => {
    const eve = await signUp();
    for (const token of ["x", await mailToken("reset", eve)])
      await expectProblem(await deny(token), "not_found");
    const page = await submit("/verify-email/deny", { token: "x" });
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    expect(await userOf(eve.user_id)).not.toBeNull();
  });

  test.each([
    ["others are members of its organization", (orgId: number) => extraOf(orgId)],
    [
      "its organization is suspended",
      (orgId: number) => owner("update organisation set status = 1 where id = $1", [orgId]),
    ],
  ])("when %s, the account stays and nobody gets in, until its owner resets it", async (_, depend) => {
    const eve = await signedIn();
    await depend(eve.org_id);
    const reset = await mailToken("reset", eve);
    const link = await verificationToken(eve.email);
    const { message } = await expectAnswer(await deny(link), 200);
    expect(message).toMatch(/locked/);
    expect(await userOf(eve.user_id)).toMatchObject({ email_verified_at: null });
    await expectProblem(await verify(link), "token_spent");
    expect(await organizationOf(eve.org_id)).not.toBeNull();
    await expectProblem(await as(eve)("GET /me"), "session_ended");
    const json = { email: eve.email, password: goodPassword };
    await expectProblem(await call("/signin", { json }), "invalid_credentials");
    const stale = { token: reset, new_password: "a fine new passphrase" };
    await expectProblem(await call("/reset-password", { json: stale }), "token_spent");
    const fresh = { ...stale, token: await resetToken(eve.email) };
    await expectAnswer(await call("/reset-password", { json: fresh }), 200);
    const back = { email: eve.email, password: fresh.new_password };
    await expectAnswer(await call("/signin", { json: back }), 200);
    expect(await userOf(eve.user_id)).toMatchObject({ email_verified_at: expect.any(String) });
  });
});

test("an account that an operator has suspended is kept for them, and closed", async () => {
  const eve = await signedIn();
  await owner(`update "user" set status = 1 where id = $1`, [eve.user_id]);
  await expectAnswer(await deny(await verificationToken(eve.email)), 200);
  expect(await userOf(eve.user_id)).toMatchObject({ status: 1, email_verified_at: null });
  await owner(`update "user" set status = 0 where id = $1`, [eve.user_id]);
  const json = { email: eve.email, password: goodPassword };
  await expectProblem(await call("/signin", { json }), "invalid_credentials");
});
