// A forgotten password: the link goes to the stored address, and nobody learns whether there is one.
import { describe, expect, test, vi } from "vitest";
import { ask, type Body, call } from "./support/app.ts";
import { confirmed, mailToken, resetToken, tokenOfMail } from "./support/invitations.ts";
import { tally } from "./support/networks.ts";
import { owner } from "./support/owner.ts";
import { linkIn, mailsTo, newEmail, type Person, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { expectAnswer } from "./support/requests.ts";

const forgot = (email: string, options: Parameters<typeof call>[1] = {}) =>
  call("/forgot-password", { ...options, json: { email } });
const resets = async (email: string) =>
  (await mailsTo(email)).filter(({ text }) => text.includes("/reset-password?token="));

/** What a request for a reset could leave behind. */
const traces = (email: string) =>
  owner(
    `select 1 from outbox where recipient = $1 and template = 'reset-password'
     union all select 1 from mail_token where address = app.address_hash($1)`,
    [email],
  );

describe("POST /forgot-password", () => {
  test("mails a link to the stored address that works for half an hour, and says who asked", async () => {
    const ann = await signUp();
    const headers = { "cf-connecting-ip": "192.0.2.98", "user-agent": "curl/8.14.1" };
    const answer = await forgot(ann.email.toUpperCase(), { headers, cf: { city: "Oslo", country: "NO" } });
    expect(await expectAnswer(answer, 202)).toEqual({ message: expect.any(String) });
    const [mail, ...more] = await resets(ann.email);
    expect(more).toEqual([]);
    for (const part of ["192.0.2.98", "curl", "Oslo, NO"]) expect(mail?.text).toContain(part);
    const [row] = await owner("select * from mail_token where address = app.address_hash($1)", [ann.email]);
    const lifetime = Number(row?.expires_at) - Number(row?.created_at);
    expect(lifetime).toBeGreaterThan(30 * 60_000 - 5_000);
    expect(lifetime).toBeLessThanOrEqual(30 * 60_000 + 1_000);
    expect(
      (await call(`/reset-password?token=${await tokenOfMail(ann.email, "reset-password")}`)).status,
    ).toBe(200);
  });

  test("an unknown address gets the same answer, and leaves nothing behind", async () => {
    const ann = await signUp();
    const nobody = newEmail("nobody");
    const bare = async (email: string) => {
      const answer = await forgot(email);
      const headers = [...answer.headers].filter(([name]) => name !== "x-request-id");
      return [answer.status, headers, await answer.text()];
    };
    expect(await bare(nobody)).toEqual(await bare(ann.email));
    expect([await traces(nobody), await traces(ann.email)]).toEqual([
      [],
      [expect.anything(), expect.anything()],
    ]);
    expect(await mailsTo(nobody)).toEqual([]);
  });

  test("a known address and an unknown one take the same work: statements, hashes, seals", async () => {
    const { email } = await signUp();
    const wire = vi.spyOn(globalThis, "fetch");
    const hashes = vi.spyOn(crypto.subtle, "deriveBits");
    const seals = vi.spyOn(crypto.subtle, "encrypt");
    const work = async (address: string) => {
      for (const spy of [wire, hashes, seals]) spy.mockClear();
      let sealed = 0;
      wire.mockImplementationOnce((...request) => {
        sealed = seals.mock.calls.length; // until the one trip; what follows the response is nobody's to see
        return fetch(...request);
      });
      await forgot(address);
      const { queries } = JSON.parse(String(wire.mock.calls[0]?.[1]?.body)) as Body;
      return { queries: queries.map(({ query }: Body) => query), sealed, hashed: hashes.mock.calls.length };
    };
    const known = await work(email);
    const unknown = await work(newEmail("nobody"));
    vi.restoreAllMocks();
    expect(unknown).toEqual(known);
    expect(known).toMatchObject({ sealed: 1, hashed: 0 });
  });

  test("a new request kills the older link", async () => {
    const { email } = await signUp();
    const first = await resetToken(email);
    const second = await resetToken(email);
    expect(second).not.toBe(first);
    const json = (token: string) => ({ json: { token, new_password: "a fine new passphrase" } });
    await expectProblem(await call("/reset-password", json(first)), "token_spent");
    await expectAnswer(await call("/reset-password", json(second)), 200);
  });

  test("leaves sessions, the password and other links alone", async () => {
    const ann = await confirmed();
    const verify = await mailToken("verify", ann);
    await resetToken(ann.email);
    expect((await ask("/me", { token: ann.access })).status).toBe(200);
    expect((await ask("/signin", { json: { email: ann.email, password: ann.password } })).status).toBe(200);
    expect((await call("/verify-email", { json: { token: verify } })).status).toBe(200);
  });

  test("no header gets into the link", async () => {
    const { email } = await signUp();
    const evil = "evil.example";
    const headers = {
      host: evil,
      "x-forwarded-host": evil,
      forwarded: `host=${evil}`,
      origin: `https://${evil}`,
    };
    await expectAnswer(await forgot(email, { headers }), 202);
    const [mail] = await resets(email);
    expect(mail?.text).toContain("http://127.0.0.1:8787/reset-password?token=");
    expect(`${mail?.text}${mail?.html}`).not.toContain(evil);
  });

  test("what is no address is refused, and so is a second one", async () => {
    for (const email of [
      "",
      "nobody",
      "a@b.example,c@d.example",
      "a@b.example\nbcc: c@d.example",
      ["a@b.example"],
    ]) {
      const answer = await call("/forgot-password", { json: { email } });
      const { errors } = await expectProblem(answer, "invalid_request", String(email));
      expect(errors[0].path).toBe("email");
    }
    await expectProblem(await call("/forgot-password", { json: {} }), "invalid_request");
  });

  test("of fifty requests at once one link is left that works", async () => {
    const ann: Person = await signUp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => forgot(ann.email)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(202));
    const open = await owner(
      "select hash from mail_token where address = app.address_hash($1) and spent_at is null",
      [ann.email],
    );
    expect(open).toHaveLength(1);
    const links = (await resets(ann.email)).map((mail) => linkIn(mail, "reset-password"));
    const looked = await Promise.all(links.map((token) => call(`/reset-password?token=${token}`)));
    // Five is the limit of one address; which of them was written last, the mailbox does not know.
    expect(tally(looked)).toEqual({ 200: 1, 410: 4 });
  });
});
