import { expect, test } from "vitest";
import { configOf } from "../src/config.ts";
import { createMailToken, seal } from "../src/crypto/tokens.ts";
import { ask, bindings } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { signedIn, signUp, verificationToken } from "./support/people.ts";

const verify = (token: string) => ask("/verify-email", { json: { token } });
const keys = () => configOf(bindings()).SEALING_KEYS;

test("the token of the mail verifies the address, once", async () => {
  const person = await signedIn();
  const token = await verificationToken(person.email);
  expect((await verify(token)).status).toBe(200);
  expect((await ask("/me", { token: person.access })).body.email_verified).toBe(true);
  const again = await verify(token);
  expect([again.status, again.body.code]).toEqual([410, "token_spent"]);
});

test("fifty parallel redemptions give one success", async () => {
  const { email } = await signUp();
  const token = await verificationToken(email);
  const answers = await Promise.all(Array.from({ length: 50 }, () => verify(token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === "token_spent")).toHaveLength(49);
});

test("garbage is a 404, an expired token a 410", async () => {
  const { email } = await signUp();
  const token = await verificationToken(email);
  const forged = `${token.slice(0, -4)}AAAA`;
  const otherKind = await seal(
    keys(),
    "mail-secrets",
    JSON.stringify({ id: "x", email, expiresAt: Date.now() + 1e6 }),
  );
  for (const garbage of ["x", "a.b.c.d.e", "....", forged, otherKind, "é"]) {
    const { status, body } = await verify(garbage);
    expect([garbage, status, body.code]).toEqual([garbage, 404, "not_found"]);
  }
  const { token: expired } = await createMailToken(keys(), {
    kind: "verify",
    email,
    lifetimeMs: -1,
    now: Date.now(),
  });
  const { status, body } = await verify(expired);
  expect([status, body.code]).toEqual([410, "token_expired"]);
});

test("a token that the database does not know, or whose account is gone, counts as spent", async () => {
  const { email, user_id, org_id } = await signUp();
  const unknown = await createMailToken(keys(), {
    kind: "verify",
    email,
    lifetimeMs: 60_000,
    now: Date.now(),
  });
  expect((await verify(unknown.token)).body.code).toBe("token_spent");
  const token = await verificationToken(email);
  await owner("delete from organisation where id = $1", [org_id]);
  await owner(`delete from "user" where id = $1`, [user_id]);
  expect((await verify(token)).body.code).toBe("token_spent");
});

test("only a hash of the token's id is stored, and the mail's secrets are gone once it is sent", async () => {
  const { email, user_id } = await signUp();
  const token = await verificationToken(email);
  const [row] = await owner("select * from mail_token where user_id = $1", [user_id]);
  expect(JSON.stringify(row)).not.toContain(token);
  expect(row?.hash).toMatch(/^[\w-]{43}$/);
  const [mail] = await owner("select sent_at, secrets, body from outbox where recipient = $1", [email]);
  expect(mail).toMatchObject({ sent_at: expect.any(String), secrets: null, body: null });
});
