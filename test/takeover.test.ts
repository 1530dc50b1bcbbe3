// Whoever signed up first with somebody else's address is thrown out when its owner comes by a mail of ours: to reset the
// password, to deny the account, or to accept an invite. Nothing that the squatter had opens anything afterwards.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, inviteFrom, mailToken, resetToken } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, type SignedIn, signedIn, signIn, verificationToken } from "./support/people.ts";
import { expectAnswer } from "./support/requests.ts";

const mine = "only the owner knows this";

/** Eve signs up with the owner's address, twice signed in, with links of hers pending. */
async function squatter(): Promise<SignedIn & { second: SignedIn }> {
  const eve = await signedIn({ email: newEmail("owner"), profile: { name: "Eve" } });
  const settings = { login_alerts: false };
  const changed = await call("/me", { method: "PATCH", token: eve.access, json: { settings } });
  expect(changed.status).toBe(200);
  return { ...eve, second: await signIn(eve) };
}

/** Expects that neither her password, nor her sessions, nor her wrong tries are of any more effect. */
async function expectThrownOut({ second, ...eve }: Awaited<ReturnType<typeof squatter>>) {
  for (const { access, refresh } of [eve, second]) {
    expect((await ask("/me", { token: access })).body.code).toBe("session_ended");
    expect((await ask("/token/refresh", { json: { refresh_token: refresh } })).status).toBe(401);
    const change = { current_password: eve.password, new_password: "back again as before" };
    expect((await ask("/me/password", { token: access, json: change })).status).toBe(401);
  }
  const tried = await ask("/signin", { json: { email: eve.email, password: eve.password } });
  expect([tried.status, tried.body.code]).toEqual([401, "invalid_credentials"]);
}

const signInAsOwner = (email: string) => call("/signin", { json: { email, password: mine } });

describe("a squatter is out when the address's owner", () => {
  test("resets the password: the account is the owner's, verified", async () => {
    const eve = await squatter();
    const json = { token: await resetToken(eve.email), new_password: mine };
    await expectAnswer(await call("/reset-password", { json }), 200);
    await expectThrownOut(eve);
    const { user, access_token } = await expectAnswer(await signInAsOwner(eve.email), 200);
    expect(user).toMatchObject({ user_id: eve.user_id, email_verified: true });
    // Perhaps it was theirs all along: the profile stays. What kept alerts from them does not.
    const me = (await ask("/me", { token: access_token })).body;
    expect([me.profile, me.settings]).toEqual([{ name: "Eve" }, {}]);
    expect((await mailsTo(eve.email))[0]?.subject).toMatch(/sign-in/);
  });

  test("denies the account: it is gone, and the address is free", async () => {
    const eve = await squatter();
    const json = { token: await verificationToken(eve.email) };
    await expectAnswer(await call("/verify-email/deny", { json }), 200);
    await expectThrownOut(eve);
    expect(await owner(`select 1 from "user" where email = $1`, [eve.email])).toEqual([]);
    const again = { email: eve.email, password: mine, organization_name: "Mine" };
    await expectAnswer(await call("/signup", { json: again }), 201);
    await expectAnswer(await signInAsOwner(eve.email), 200);
  });

  test("accepts an invite: the password is the owner's, the account verified, and the role theirs", async () => {
    const [ann, eve] = [await confirmed(), await squatter()];
    const { token } = await inviteFrom(ann, { email: eve.email });
    const links = [await mailToken("verify", eve), await mailToken("reset", eve)];
    // It is not enough that the account exists: without a new password nothing happens, and she stays.
    const asked = await ask("/accept-invite", { json: { token } });
    expect([asked.status, asked.body.errors]).toEqual([422, [{ path: "password", message: "is missing" }]]);
    expect((await ask("/me", { token: eve.access })).status).toBe(200);

    const json = { token, password: mine, profile: { name: "Olga", team: "red" } };
    const accepted = await expectAnswer(await call("/accept-invite", { json }), 200);
    expect(accepted).toMatchObject({ user_id: eve.user_id, email: eve.email, role: "member" });
    await expectThrownOut(eve);
    const { access_token } = await expectAnswer(await signInAsOwner(eve.email), 200);
    const me = (await ask("/me", { token: access_token })).body;
    expect(me.email_verified).toBe(true);
    expect([me.profile, me.settings]).toEqual([{ name: "Olga", team: "red" }, {}]);
    expect(me.organizations.map((one: { org_id: number }) => one.org_id)).toContain(ann.org_id);
    // Nor do links help that were sent before.
    const [verify, reset] = links;
    expect((await ask("/verify-email/deny", { json: { token: verify } })).status).toBe(410);
    const back = { token: reset, new_password: "back again as before" };
    expect((await ask("/reset-password", { json: back })).status).toBe(410);
  });

  test("is not kept waiting by her: the pause after wrong passwords ends with her", async () => {
    const [ann, eve] = [await confirmed(), await squatter()];
    const wrong = { json: { email: eve.email, password: "not the right one" } };
    for (let i = 0; i < 10; i += 1) await ask("/signin", wrong);
    expect((await ask("/signin", wrong)).status).toBe(429);
    const { token } = await inviteFrom(ann, { email: eve.email });
    await expectAnswer(await call("/accept-invite", { json: { token, password: mine } }), 200);
    await expectAnswer(await signInAsOwner(eve.email), 200);
  });

  test("even while she is being signed in: no session of hers outlives it", async () => {
    for (let round = 0; round < 5; round += 1) {
      const eve = await squatter();
      const token = await mailToken("reset", eve);
      const answers = await Promise.all([
        ...Array.from({ length: 5 }, () =>
          ask("/signin", { json: { email: eve.email, password: eve.password } }),
        ),
        ask("/reset-password", { json: { token, new_password: mine } }),
      ]);
      expect(answers.at(-1)?.status).toBe(200);
      for (const { status, body } of answers.slice(0, -1)) {
        if (status === 200) {
          expect((await ask("/me", { token: body.access_token })).body.code).toBe("session_ended");
        } else expect([status, body.code]).toEqual([401, "invalid_credentials"]);
      }
    }
  });
});
