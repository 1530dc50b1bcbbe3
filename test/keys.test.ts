import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { expect, inject, test } from "vitest";
import { ask } from "./support/app.ts";
import { claimsOf, goodPassword, signedIn, signUp, verificationToken } from "./support/people.ts";

const newKey = async (kid: string) => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(privateKey)), kid } as JWK };
};
const oldKeys = (): JWK[] => JSON.parse(inject("variables").SIGNING_KEYS ?? "").keys;
const headerOf = (token: string) => JSON.parse(atob(token.split(".")[0] ?? ""));

test("publishes the public half of every key, and nothing private", async () => {
  const { jwk } = await newKey("new");
  const settings = { SIGNING_KEYS: JSON.stringify({ keys: [jwk, ...oldKeys()] }) };
  const { status, body, headers } = await ask("/.well-known/jwks.json", { settings });
  expect(status).toBe(200);
  expect(body.keys.map((key: JWK) => key.kid)).toEqual(["new", ...oldKeys().map((key) => key.kid)]);
  for (const key of body.keys) {
    expect(Object.keys(key).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
  }
  expect(headers.get("cache-control")).toBe("public, max-age=300");
});

test("keys rotate without an outage: the new one signs, the old one still verifies, then it is gone", async () => {
  const person = await signedIn();
  const { jwk } = await newKey("next");
  const both = { SIGNING_KEYS: JSON.stringify({ keys: [jwk, ...oldKeys()] }) };
  expect((await ask("/me", { token: person.access, settings: both })).status).toBe(200);
  const rotated = await ask("/token/refresh", { json: { refresh_token: person.refresh }, settings: both });
  expect(headerOf(rotated.body.access_token).kid).toBe("next");

  const only = { SIGNING_KEYS: JSON.stringify({ keys: [jwk] }) };
  expect((await ask("/me", { token: rotated.body.access_token, settings: only })).status).toBe(200);
  expect((await ask("/me", { token: person.access, settings: only })).body.code).toBe("invalid_token");
});

test("a key is accepted and published before it signs", async () => {
  const person = await signUp();
  const { jwk } = await newKey("coming");
  const [old] = oldKeys();
  const after = { SIGNING_KEYS: JSON.stringify({ keys: [jwk, old] }) };
  const before = { SIGNING_KEYS: JSON.stringify({ keys: [old, jwk] }) };
  const { body } = await ask("/signin", {
    json: { email: person.email, password: goodPassword },
    settings: after,
  });
  expect(headerOf(body.access_token).kid).toBe("coming");
  expect((await ask("/me", { token: body.access_token, settings: before })).status).toBe(200);
});

test("sealing keys rotate too: links and cursors made under the old one keep their worth", async () => {
  const person = await signUp();
  const sealing: JWK[] = JSON.parse(inject("variables").SEALING_KEYS ?? "").keys;
  const fresh = { kty: "oct", kid: "fresh", k: `${"A".repeat(42)}E` };
  const settings = { SEALING_KEYS: JSON.stringify({ keys: [fresh, ...sealing] }) };
  const one = await ask("/signin", { json: { email: person.email, password: goodPassword } });
  await ask("/signin", { json: { email: person.email, password: goodPassword } });
  const token = one.body.access_token;
  const { body } = await ask("/sessions?limit=1", { token });
  expect((await ask(`/sessions?limit=1&cursor=${body.next_cursor}`, { token, settings })).status).toBe(200);
  const link = { token: await verificationToken(person.email) };
  expect((await ask("/verify-email", { json: link, settings })).status).toBe(200);
});

test.each([
  ["of another service", (c: object) => ({ ...c, iss: "https://evil.example" }), "at+jwt"],
  ["for another audience", (c: object) => ({ ...c, aud: "https://other.example" }), "at+jwt"],
  ["that has expired", (c: object) => ({ ...c, exp: 1 }), "at+jwt"],
  ["that is not valid yet", (c: object) => ({ ...c, nbf: 4_000_000_000 }), "at+jwt"],
  ["without an expiry", (c: object) => ({ ...c, exp: undefined }), "at+jwt"],
  ["without a session", (c: object) => ({ ...c, sid: undefined }), "at+jwt"],
  ["whose subject is no id", (c: object) => ({ ...c, sub: "1 or 1=1" }), "at+jwt"],
  ["of another type", (c: object) => c, "jwt"],
])("refuses a token %s, rightly signed as it is", async (_, change, typ) => {
  const person = await signedIn();
  const { privateKey, jwk } = await newKey("ours");
  const settings = { SIGNING_KEYS: JSON.stringify({ keys: [jwk, ...oldKeys()] }) };
  const sign = (claims: object, type: string) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: "ES256", kid: "ours", typ: type }).sign(privateKey);
  const claims = claimsOf(person.access);
  expect((await ask("/me", { token: await sign(claims, "at+jwt"), settings })).status).toBe(200);
  const { status, body } = await ask("/me", { token: await sign(change(claims), typ), settings });
  expect([status, body.code]).toEqual([401, "invalid_token"]);
});

test("refuses unsigned tokens, our public key as an HMAC secret, and unknown keys", async () => {
  const person = await signedIn();
  const [, payload] = person.access.split(".");
  const encode = (value: unknown) =>
    btoa(JSON.stringify(value)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const published = (await ask("/.well-known/jwks.json")).body.keys[0];
  const hmac = await new SignJWT(claimsOf(person.access))
    .setProtectedHeader({ alg: "HS256", kid: published.kid, typ: "at+jwt" })
    .sign(new TextEncoder().encode(JSON.stringify(published)));
  const { privateKey, jwk } = await newKey(published.kid);
  const foreign = await new SignJWT(claimsOf(person.access))
    .setProtectedHeader({ alg: "ES256", kid: published.kid, typ: "at+jwt" })
    .sign(privateKey);
  const embedded = await new SignJWT(claimsOf(person.access))
    .setProtectedHeader({ alg: "ES256", jwk: jwk as never, typ: "at+jwt" })
    .sign(privateKey);
  const none = `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`;
  for (const token of [
    none,
    `${none}AAAA`,
    hmac,
    foreign,
    embedded,
    `${person.access}x`,
    `${person.access}.x`,
  ]) {
    const { status } = await ask("/me", { token });
    expect([token, status]).toEqual([token, 401]);
  }
});
