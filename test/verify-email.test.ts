// Confirming an address by the link of the mail.
import { describe, expect, test } from "vitest";
import { ask, call } from "./support/app.ts";
import { confirmed, mailToken, strayToken, submit, tokenOfMail } from "./support/invitations.ts";
import { tally } from "./support/networks.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, signedIn, signUp, verificationToken } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";

const verify = (token: string) => call("/verify-email", { json: { token } });
const look = (token: string, method = "GET") => call(`/verify-email?token=${token}`, { method });
const userOf = async (id: number) => (await owner(`select * from "user" where id = $1`, [id]))[0];

describe("POST /verify-email", () => {
  test("the token of the mail verifies the address, once", async () => {
    const person = await signedIn();
    const token = await verificationToken(person.email);
    const answer = await expectAnswer(await verify(token), 200);
    expect(answer).toEqual({ message: expect.any(String), email: person.email });
    expect((await expectAnswer(await as(person)("GET /me"), 200)).email_verified).toBe(true);
    // From where the account was made is of no more use.
    expect(await userOf(person.user_id)).toMatchObject({ email_verified_at: expect.any(String), origin: {} });
    await expectProblem(await verify(token), "token_spent");
    const page = await look(token);
    expect([page.status, page.headers.get("content-type")]).toEqual([410, "text/html; charset=UTF-8"]);
  });

  test("spends every other verification link of the account", async () => {
    const person = await signUp();
    const [first, second] = [await mailToken("verify", person), await mailToken("verify", person)];
    await expectAnswer(await verify(first), 200);
    for (const other of [second, await verificationToken(person.email)])
      await expectProblem(await verify(other), "token_spent");
  });

  test("a token of an account that is gone, of another address, or that no row knows, counts as spent", async () => {
    const { email, user_id, org_id } = await signUp();
    await expectProblem(await verify(await strayToken("verify", { email })), "token_spent");
    const token = await verificationToken(email);
    await owner(`update "user" set email = 'moved-' || email where id = $1`, [user_id]);
    await expectProblem(await verify(token), "token_spent");
    await owner(`update "user" set email = $2 where id = $1`, [user_id, email]);
    await owner("delete from organisation where id = $1", [org_id]);
    await owner(`delete from "user" where id = $1`, [user_id]);
    for (const answer of [await verify(token), await call("/verify-email/deny", { json: { token } })])
      await expectProblem(answer, "token_spent");
  });

  test("a link expires after a day, in the token and in its row", async () => {
    const { email, user_id } = await signUp();
    const [row] = await owner("select expires_at, created_at from mail_token where user_id = $1", [user_id]);
    expect(Number(row?.expires_at) - Number(row?.created_at)).toBeGreaterThan(86_395_000);
    expect(Number(row?.expires_at) - Number(row?.created_at)).toBeLessThan(86_401_000);
    await owner("update mail_token set expires_at = 1 where user_id = $1", [user_id]);
    await expectProblem(await verify(await verificationToken(email)), "token_spent");
    expect(await userOf(user_id)).toMatchObject({ email_verified_at: null });
  });
});

describe("GET /verify-email", () => {
  test("shows when, from where and with what the account was made, and its organization", async () => {
    const json = { email: `shown-${crypto.randomUUID()}@example.com`, password: "a fine new passphrase" };
    const headers = { "cf-connecting-ip": "192.0.2.99", "user-agent": "curl/8.14.1" };
    const made = { ...json, organization_name: "Anvils & Sons" };
    const cf = { city: "Oslo", country: "NO" };
    expect((await ask("/signup", { json: made, headers, cf })).status).toBe(201);
    const page = await (await look(await verificationToken(json.email))).text();
    for (const shown of [json.email, "Anvils &amp; Sons", "192.0.2.99", "curl", "Oslo, NO", "UTC"])
      expect(page).toContain(shown);
  });

  test("spends nothing, GET or HEAD, however often", async () => {
    const { email, user_id } = await signUp();
    const token = await verificationToken(email);
    const before = await userOf(user_id);
    for (const method of ["HEAD", "GET", "HEAD", "GET"]) expect((await look(token, method)).status).toBe(200);
    expect(await userOf(user_id)).toEqual(before);
    const done = await submit("/verify-email", { token });
    expect([done.status, done.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(await userOf(user_id)).toMatchObject({ email_verified_at: expect.any(String) });
  });
});

describe("POST /verify-email/resend", () => {
  const resend = (person: { access: string }) => as(person)("POST /verify-email/resend");

  test("mails another link, which kills the older ones", async () => {
    const ann = await signedIn({ organization_name: "Anvils" });
    const first = await verificationToken(ann.email);
    expect(await expectAnswer(await resend(ann), 202)).toEqual({ message: expect.any(String) });
    const second = await tokenOfMail(ann.email, "verify-email");
    expect(second).not.toBe(first);
    const links = (await mailsTo(ann.email)).filter(({ text }) => text.includes("/verify-email?token="));
    expect(links).toHaveLength(2);
    await expectProblem(await verify(first), "token_spent");
    await expectAnswer(await verify(second), 200);
  });

  test("goes to the account's own address alone, and leaves resets alone", async () => {
    const ann = await signedIn();
    const reset = await mailToken("reset", ann);
    const sent = await call("/verify-email/resend", {
      token: ann.access,
      json: { email: "evil@example.com" },
      headers: { host: "evil.example" },
    });
    expect(sent.status).toBe(202);
    expect(await mailsTo("evil@example.com")).toEqual([]);
    expect((await mailsTo(ann.email))[0]?.text).not.toContain("evil.example");
    const json = { token: reset, new_password: "a fine new passphrase" };
    expect((await call("/reset-password", { json })).status).toBe(200);
  });

  test("a verified address has nothing to confirm; nobody else may ask", async () => {
    const ann = await confirmed();
    await expectProblem(await resend(ann), "already_verified");
    const asked = (await mailsTo(ann.email)).filter(({ text }) => text.includes("/verify-email?token="));
    expect(asked).toHaveLength(1);
    await expectProblem(await call("/verify-email/resend", { method: "POST" }), "unauthenticated");
    await expectProblem(await resend({ access: "garbage" }), "invalid_token");
    await call("/signout", { method: "POST", token: ann.access });
    await expectProblem(await resend(ann), "session_ended");
  });

  test("of fifty at once the last link works, and no other", async () => {
    const ann = await signedIn();
    const answers = await Promise.all(Array.from({ length: 50 }, () => resend(ann)));
    expect(tally(answers)).toEqual({ 202: 9, 429: 41 }); // Ten with the mail of the sign-up.
    const open = await owner(
      "select 1 from mail_token where user_id = $1 and kind = 'verify' and spent_at is null",
      [ann.user_id],
    );
    expect(open).toHaveLength(1);
  });
});
