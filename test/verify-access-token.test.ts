// gatehouse/verify: the service's own tokens pass as they are, and everything else is refused for the right reason.
import { base64url, CompactSign, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { configOf } from "../src/config.ts";
import { type VerifyOptions, verifyAccessToken } from "../src/verify/access-token.ts";
import { InvalidTokenError, KeysUnavailableError } from "../src/verify/invalid-token.ts";
import { bindings, call } from "./support/app.ts";
import {
  audience,
  claims,
  inOrganization,
  issuer,
  type Key,
  keyServer,
  newKey,
  seconds,
  sign,
} from "./support/key-server.ts";
import { claimsOf, signedIn, signIn } from "./support/people.ts";

const key = await newKey();
const server = keyServer(key);
const options: VerifyOptions = { issuer, audience, jwksUrl: server.url, fetch: server.fetch };
const verify = (token: string, changes: Partial<VerifyOptions> = {}) =>
  verifyAccessToken(token, { ...options, ...changes });
/** Why this token is refused; "" when it is not. */
const refusal = (token: string, changes: Partial<VerifyOptions> = {}) =>
  verify(token, changes).then(
    () => "",
    (error) => (error instanceof InvalidTokenError ? error.reason : error),
  );

describe("tokens of the service itself", () => {
  const { PUBLIC_URL } = configOf(bindings());
  const own: VerifyOptions = {
    issuer: PUBLIC_URL,
    audience: PUBLIC_URL,
    fetch: (url) => call(new URL(url).pathname),
  };

  test("pass with what they say", async () => {
    const person = await signedIn();
    const { iat, exp, jti } = claimsOf(person.access);
    expect(await verifyAccessToken(person.access, own)).toEqual({
      user_id: person.user_id,
      session_id: person.session_id,
      token_id: jti,
      email: person.email,
      email_verified: false,
      issued_at: iat * 1000,
      expires_at: exp * 1000,
      permissions: [],
    });
    const { access } = await signIn(person, { org_id: person.org_id });
    expect(await verifyAccessToken(access, own)).toMatchObject({
      org_id: person.org_id,
      role: "owner",
      permissions: expect.arrayContaining(["organization:delete", "website:read"]),
    });
  });

  test("do not pass when they are refresh tokens, or for somebody else", async () => {
    const { access, refresh } = await signedIn();
    const why = (token: string, changes: Partial<VerifyOptions> = {}) =>
      verifyAccessToken(token, { ...own, ...changes }).catch((error) => error.reason);
    expect(await why(refresh)).toBe("type");
    expect(await why(access, { audience: "https://api.example.net" })).toBe("audience");
    expect(await why(access, { issuer: "https://auth.example.net", jwksUrl: `${PUBLIC_URL}/x` })).toBe(
      "issuer",
    );
  });

  test("pass for the audience that the service is configured for, and for that one alone", async () => {
    const settings = { ACCESS_TOKEN_AUDIENCE: audience };
    const { email, password } = await signedIn();
    const signedInThere = await call("/signin", { json: { email, password }, settings });
    const { access_token } = await signedInThere.json<{ access_token: string }>();
    expect(await verifyAccessToken(access_token, { ...own, audience })).toMatchObject({ email });
    await expect(verifyAccessToken(access_token, own)).rejects.toMatchObject({ reason: "audience" });
  });

  test("a refresh token's claims in an access token's clothes are refused by audience", async () => {
    const { refresh } = await signedIn();
    const [signing] = configOf(bindings()).SIGNING_KEYS;
    const secret = await importJWK({ ...signing, alg: "ES256" }, "ES256");
    const token = await new SignJWT(claimsOf(refresh))
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: signing?.kid ?? "" })
      .sign(secret);
    await expect(verifyAccessToken(token, own)).rejects.toMatchObject({ reason: "audience" });
  });
});

test("a right token passes, whatever else it says; an audience among several too", async () => {
  expect(await refusal(await sign(key, claims({ extra: { deep: [1] }, nbf: seconds() })))).toBe("");
  expect(await refusal(await sign(key, claims({ aud: ["https://other.example", audience] })))).toBe("");
  expect(await verify(await sign(key, inOrganization()))).toMatchObject({
    org_id: 3,
    role: "admin",
    permissions: ["website:read", "member:read"],
  });
});

const encode = (part: unknown) => base64url.encode(typeof part === "string" ? part : JSON.stringify(part));
const unsigned = (header: unknown, payload: unknown, signature = "A".repeat(86)) =>
  `${encode(header)}.${encode(payload)}.${signature}`;
const right = { alg: "ES256", typ: "at+jwt", kid: key.kid };
const parts = async () => (await sign(key, claims())).split(".") as [string, string, string];

const withoutKey: [string, string, () => string | Promise<string>][] = [
  ["nothing", "malformed", () => ""],
  ["no JWT", "malformed", () => "garbage"],
  ["three empty parts", "malformed", () => ".."],
  ["two parts", "malformed", async () => (await parts()).slice(0, 2).join(".")],
  ["four parts", "malformed", async () => [...(await parts()), "AAAA"].join(".")],
  [
    "five parts, an encrypted one (RFC 8725, 2.5)",
    "malformed",
    async () => [...(await parts()), "a", "b"].join("."),
  ],
  ["a signature of another length", "malformed", async () => `${await sign(key, claims())}A`],
  ["no signature", "malformed", () => unsigned({ ...right, alg: "none" }, claims(), "")],
  ["none as algorithm, and a signature", "algorithm", () => unsigned({ ...right, alg: "none" }, claims())],
  ["None as algorithm", "algorithm", () => unsigned({ ...right, alg: "None" }, claims())],
  ["no algorithm", "algorithm", () => unsigned({ ...right, alg: undefined }, claims())],
  ["HS256", "algorithm", () => unsigned({ ...right, alg: "HS256" }, claims())],
  ["RS256", "algorithm", () => unsigned({ ...right, alg: "RS256" }, claims())],
  ["ES384", "algorithm", () => unsigned({ ...right, alg: "ES384" }, claims())],
  ["several algorithms", "algorithm", () => unsigned({ ...right, alg: ["ES256"] }, claims())],
  ["a refresh token's type", "type", () => sign(key, claims(), { typ: "rt+jwt" })],
  ["a type of any JWT", "type", () => sign(key, claims(), { typ: "JWT" })],
  ["no type", "type", () => sign(key, claims(), { typ: undefined })],
  ["no key id", "header", () => sign(key, claims(), { kid: undefined })],
  ["an empty key id", "header", () => sign(key, claims(), { kid: "" })],
  ["a key id that is no text", "header", () => unsigned({ ...right, kid: { toString: 1 } }, claims())],
  [
    "an extension that must be understood",
    "header",
    () => unsigned({ ...right, crit: ["exp"], exp: 1 }, claims()),
  ],
  ["an empty list of extensions", "header", () => unsigned({ ...right, crit: [] }, claims())],
  ["its own key", "header", () => sign(key, claims(), { jwk: key.jwk })],
  ["the address of its own keys", "header", () => sign(key, claims(), { jku: "https://evil.example/jwks" })],
  [
    "the address of its own certificate",
    "header",
    () => sign(key, claims(), { x5u: "https://evil.example" }),
  ],
  ["its own certificate", "header", () => sign(key, claims(), { x5c: ["MIIB"] })],
  ["its certificate's fingerprint", "header", () => sign(key, claims(), { x5t: "A".repeat(27) })],
  ["its certificate's SHA-256", "header", () => sign(key, claims(), { "x5t#S256": "A".repeat(43) })],
  ["a header that is no JSON", "malformed", () => unsigned("{", claims())],
  ["a header that is no object", "malformed", () => unsigned([], claims())],
  ["a payload that is no JSON", "malformed", () => unsigned(right, "{")],
  ["a payload that is no object", "malformed", () => unsigned(right, "7")],
  ["another issuer", "issuer", () => sign(key, claims({ iss: "https://auth.example.net" }))],
  ["the issuer with a slash", "issuer", () => sign(key, claims({ iss: `${issuer}/` }))],
  ["several issuers", "issuer", () => sign(key, claims({ iss: [issuer] }))],
  ["no issuer", "issuer", () => sign(key, claims({ iss: undefined }))],
  ["8 KiB and one more", "malformed", () => sign(key, claims({ padding: "x".repeat(6_000) }))],
  ["a megabyte", "malformed", () => `${"a".repeat(1_000_000)}.a.${"a".repeat(86)}`],
];

test.each(withoutKey)("%s: refused (%s) before anybody asks for a key", async (_, reason, make) => {
  const unasked = keyServer(key);
  const changes = { jwksUrl: unasked.url, fetch: unasked.fetch };
  expect(await refusal(await make(), changes)).toBe(reason);
  expect(unasked.visits).toBe(0);
});

const signed =
  (changes: object, header: object = {}) =>
  () =>
    sign(key, claims(changes), header);
const inside = (changes: object) => () => sign(key, inOrganization(changes));
/** Some claims as raw JSON, which can say what no value of JavaScript becomes. */
function signedText(raw: Record<string, string>): Promise<string> {
  const rest = JSON.stringify(
    Object.fromEntries(Object.entries(claims()).filter(([name]) => !(name in raw))),
  );
  const text = `${rest.slice(0, -1)}${Object.entries(raw)
    .map(([name, value]) => `,"${name}":${value}`)
    .join("")}}`;
  return new CompactSign(new TextEncoder().encode(text)).setProtectedHeader(right).sign(key.privateKey);
}
const past = (ago: number) => ({ iat: seconds() - 900 - ago, exp: seconds() - ago });

const withKey: [string, string, () => string | Promise<string>][] = [
  ["a key that nobody published", "key", async () => sign(await newKey(), claims())],
  ["a foreign key under our key id", "signature", async () => sign(await newKey(key.kid), claims())],
  ["no true signature", "signature", () => unsigned(right, claims())],
  [
    "a signature of nothing but zeros",
    "signature",
    async () => [...(await parts()).slice(0, 2), base64url.encode(new Uint8Array(64))].join("."),
  ],
  [
    "claims changed after signing",
    "signature",
    async () => {
      const [header, , signature] = await parts();
      return [header, encode(claims({ sub: "8" })), signature].join(".");
    },
  ],
  [
    "a header changed after signing",
    "signature",
    async () => {
      const [, payload, signature] = await parts();
      return [encode({ ...right, cty: "JWT" }), payload, signature].join(".");
    },
  ],
  ["another audience", "audience", signed({ aud: "https://other.example" })],
  ["the start of our audience", "audience", signed({ aud: audience.slice(0, -1) })],
  ["an audience that is no text", "audience", signed({ aud: { 0: audience } })],
  ["no audience", "audience", signed({ aud: undefined })],
  ["expired, beyond the tolerance", "expired", signed(past(6))],
  ["an expiry that is text", "claims", signed({ exp: `${seconds() + 900}` })],
  ["an expiry in part of a second", "claims", signed({ exp: seconds() + 900.5 })],
  ["an expiry that never comes", "claims", () => signedText({ exp: "1e400" })],
  ["a time of issue beyond all numbers", "claims", () => signedText({ iat: "1e400" })],
  ["no expiry", "claims", signed({ exp: undefined })],
  ["not valid yet", "not_yet_valid", signed({ nbf: seconds() + 60 })],
  ["a start that is text", "not_yet_valid", signed({ nbf: "now" })],
  ["no time of issue", "claims", signed({ iat: undefined })],
  ["a time of issue that is text", "claims", signed({ iat: "now" })],
  ["no user", "claims", signed({ sub: undefined })],
  ["a user that is a number", "claims", signed({ sub: 7 })],
  ["a user that is no id", "claims", signed({ sub: "7 or 1=1" })],
  ["user 0", "claims", signed({ sub: "0" })],
  ["a user beyond all ids", "claims", signed({ sub: "2147483648" })],
  ["no session", "claims", signed({ sid: undefined })],
  ["a session that is no id", "claims", signed({ sid: "-1" })],
  ["no id", "claims", signed({ jti: undefined })],
  ["an empty id", "claims", signed({ jti: "" })],
  ["no address", "claims", signed({ email: undefined })],
  ["an address that is no text", "claims", signed({ email: ["ann@example.com"] })],
  ["no word on the address", "claims", signed({ email_verified: undefined })],
  ["verified in words", "claims", signed({ email_verified: "false" })],
  ["an organization without a role", "claims", inside({ role: undefined })],
  ["an organization without permissions", "claims", inside({ permissions: undefined })],
  ["permissions of no organization", "claims", signed({ permissions: ["website:read"] })],
  ["a role of no organization", "claims", signed({ role: "owner" })],
  ["an organization in text", "claims", inside({ org_id: "3" })],
  ["organization null", "claims", inside({ org_id: null })],
  ["organization 0", "claims", inside({ org_id: 0 })],
  ["half an organization", "claims", inside({ org_id: 3.5 })],
  ["permissions in one text", "claims", inside({ permissions: "website:read" })],
  ["a permission that is no text", "claims", inside({ permissions: ["website:read", 7] })],
  ["a role that is no text", "claims", inside({ role: { name: "admin" } })],
];

test.each(withKey)("%s: refused (%s)", async (_, reason, make) => {
  expect(await refusal(await make())).toBe(reason);
});

test("algorithms are not the token's choice: our public key is no HMAC secret, in any of its forms", async () => {
  const publicKey = (await importJWK(key.jwk, "ES256", { extractable: true })) as CryptoKey;
  const forms = [JSON.stringify(key.jwk), JSON.stringify({ keys: [key.jwk] }), await exportSPKI(publicKey)];
  for (const form of forms) {
    const secret = new TextEncoder().encode(form);
    const token = await new SignJWT(claims()).setProtectedHeader({ ...right, alg: "HS256" }).sign(secret);
    expect(await refusal(token)).not.toBe("");
  }
  const rsa = await generateKeyPair("RS256");
  expect(
    await refusal(await sign({ ...key, privateKey: rsa.privateKey } as Key, claims(), { alg: "RS256" })),
  ).not.toBe("");
});

test("clocks may be five seconds apart, or as far as is said", async () => {
  const [late, later] = [await sign(key, claims(past(3))), await sign(key, claims(past(100)))];
  expect(await refusal(late)).toBe("");
  expect(await refusal(late, { clockToleranceSeconds: 0 })).toBe("expired");
  expect(await refusal(later, { clockToleranceSeconds: 120 })).toBe("");
  expect(await refusal(await sign(key, claims({ nbf: seconds() + 3 })))).toBe("");
});

test("what is no text at all is refused, not thrown at", async () => {
  for (const token of [undefined, null, 7, {}, [await sign(key, claims())]]) {
    expect(await refusal(token as unknown as string)).toBe("malformed");
  }
});

test("an error says why, and nothing of the token", async () => {
  const token = await sign(key, claims(past(60)));
  const error: Error = await verify(token).catch((thrown) => thrown);
  expect(error).toMatchObject({ name: "InvalidTokenError", code: "invalid_token", reason: "expired" });
  expect(error.message).toBe("the token is refused: expired");
});

test("the issuer may be written with a slash or in capitals, as the service's own setting may", async () => {
  const token = await sign(key, claims());
  for (const written of [`${issuer}/`, issuer.toUpperCase(), `${issuer}:443`])
    expect(await refusal(token, { issuer: written })).toBe("");
});

test.each(["http://127.0.0.1:8787", "http://localhost:8787", "http://[::1]:8787"])(
  "%s, of a run on this machine, may be an issuer",
  async (local) => {
    const here = keyServer(key);
    const changes = { issuer: local, jwksUrl: here.url, fetch: here.fetch };
    expect(await refusal(await sign(key, claims({ iss: local })), changes)).toBe("");
  },
);

test("clocks may be five minutes apart, and no more", async () => {
  const late = await sign(key, claims(past(299)));
  expect(await refusal(late, { clockToleranceSeconds: 300 })).toBe("");
  expect(() => verify(late, { clockToleranceSeconds: 301 })).toThrow(TypeError);
});

test.each([
  ["an issuer over http", { issuer: "http://auth.example.com" }, "issuer"],
  ["an issuer that is no URL", { issuer: "auth.example.com" }, "issuer"],
  ["no issuer", { issuer: undefined }, "issuer"],
  ["an issuer with a path", { issuer: "https://example.com/auth" }, "issuer"],
  ["an empty audience", { audience: "" }, "audience"],
  ["no audience", { audience: undefined }, "audience"],
  ["keys over http", { jwksUrl: "http://auth.example.com/jwks" }, "jwksUrl"],
  ["keys in the URL itself", { jwksUrl: "data:application/json,{}" }, "jwksUrl"],
  ["clocks an hour apart", { clockToleranceSeconds: 3600 }, "clockToleranceSeconds"],
  ["clocks that run backwards", { clockToleranceSeconds: -1 }, "clockToleranceSeconds"],
  ["no number of seconds", { clockToleranceSeconds: Number.NaN }, "clockToleranceSeconds"],
])("%s: a TypeError that names the option", async (_, changes, name) => {
  const wrong = async () => verify(await sign(key, claims()), changes as Partial<VerifyOptions>);
  await expect(wrong()).rejects.toThrow(TypeError);
  await expect(wrong()).rejects.toThrow(name);
});

test("without keys nothing is refused: that is another error", async () => {
  const away = keyServer();
  away.answer = () => new Error("connection refused");
  const token = await sign(key, claims());
  const error = await verify(token, { jwksUrl: away.url, fetch: away.fetch }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(KeysUnavailableError);
  expect(error).toMatchObject({ code: "service_unavailable", retryAfterSeconds: 2 });
});
