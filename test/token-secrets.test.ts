// The crypto of tokens and secrets by itself: what is signed and sealed, under which key, for what, and for how long.
import { base64url, CompactEncrypt, exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from "jose";
import { expect, test, vi } from "vitest";
import { type Config, configOf, type SigningKey } from "../src/config.ts";
import { fnv32 } from "../src/crypto/fnv.ts";
import { keyedHash, keyedHashes, randomId, sha256 } from "../src/crypto/hashes.ts";
import {
  accessTokenSeconds,
  signAccessToken,
  signRefreshToken,
  successorJti,
  verifyAccessToken,
  verifyRefreshToken,
} from "../src/crypto/jwts.ts";
import { publicKeyOf, publicKeys, requireWorkingKeys, signingKeyOf } from "../src/crypto/keys.ts";
import { newMailSecret, openMailToken, seal, sealMailToken, unseal } from "../src/crypto/tokens.ts";
import { InvalidTokenError, KeysUnavailableError } from "../src/verify/invalid-token.ts";
import { openToken, unlessInvalid } from "../src/verify/open-token.ts";
import { bindings } from "./support/app.ts";
import { claimsOf } from "./support/people.ts";

const usual = configOf(bindings());
const config: Config = { ...usual, PUBLIC_URL: "https://auth.example.com" };
const now = Date.now();
const holder = { userId: 7, sessionId: 70, email: "ann@example.com", emailVerified: true, org: null };
const grant = { org_id: 3, role: "admin", permissions: ["member:read"] };
const headerOf = (token: string) =>
  JSON.parse(new TextDecoder().decode(base64url.decode(token.split(".")[0] ?? "")));
const newSigningKey = async (kid: string): Promise<SigningKey> => {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid } as SigningKey;
};
const newSealingKey = (kid: string) => ({
  kty: "oct" as const,
  kid,
  k: base64url.encode(crypto.getRandomValues(new Uint8Array(32))),
});

test("an access token says who, where and until when, and says it back", async () => {
  const token = await signAccessToken(config, { ...holder, org: grant }, now);
  expect(headerOf(token)).toEqual({ alg: "ES256", typ: "at+jwt", kid: config.SIGNING_KEYS[0]?.kid });
  const iat = Math.floor(now / 1000);
  const claims = claimsOf(token);
  expect(claims).toEqual({
    iss: "https://auth.example.com",
    aud: "https://auth.example.com",
    sub: "7",
    sid: "70",
    email: "ann@example.com",
    email_verified: true,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    iat,
    exp: iat + 900,
    ...grant,
  });
  expect(accessTokenSeconds).toBe(900);
  expect(await verifyAccessToken(config, token)).toEqual({
    user_id: 7,
    session_id: 70,
    token_id: claims.jti,
    email: "ann@example.com",
    email_verified: true,
    issued_at: iat * 1000,
    expires_at: (iat + 900) * 1000,
    ...grant,
  });
  expect(claimsOf(await signAccessToken(config, holder, now)).jti).not.toBe(claims.jti);
});

test("its audience is the configured one, and only that one", async () => {
  const forApi = { ...config, ACCESS_TOKEN_AUDIENCE: "https://api.example.com" };
  const token = await signAccessToken(forApi, holder, now);
  expect(claimsOf(token).aud).toBe("https://api.example.com");
  expect(await verifyAccessToken(forApi, token)).not.toBeNull();
  expect(await verifyAccessToken(config, token)).toBeNull();
  expect(await verifyAccessToken(forApi, await signAccessToken(config, holder, now))).toBeNull();
});

test("a refresh token is for this service alone, and says it back", async () => {
  const times = { issuedAt: now, expiresAt: now + 60_000 };
  const token = await signRefreshToken(config, { userId: 7, sessionId: 70, jti: "one" }, times);
  expect(headerOf(token)).toMatchObject({ alg: "ES256", typ: "rt+jwt" });
  const iat = Math.floor(now / 1000);
  expect(claimsOf(token)).toEqual({
    iss: "https://auth.example.com",
    aud: "https://auth.example.com/token/refresh",
    sub: "7",
    sid: "70",
    jti: "one",
    iat,
    exp: Math.floor((now + 60_000) / 1000),
  });
  expect(await verifyRefreshToken(config, token)).toEqual({ userId: 7, sessionId: 70, jti: "one" });
});

/** As `signRefreshToken`, with other claims or another header, under the service's own key. */
async function forge(changes: object, header: object = {}, typ = "rt+jwt"): Promise<string> {
  const [key] = config.SIGNING_KEYS as [SigningKey];
  const iat = Math.floor(now / 1000);
  const claims = {
    iss: config.PUBLIC_URL,
    aud: typ === "rt+jwt" ? `${config.PUBLIC_URL}/token/refresh` : config.PUBLIC_URL,
    ...{
      sub: "7",
      sid: "70",
      jti: "one",
      iat,
      exp: iat + 60,
      email: "ann@example.com",
      email_verified: true,
    },
    ...changes,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", typ, kid: key.kid, ...header })
    .sign(await signingKeyOf(key));
}

test.each([
  ["nobody", { sub: undefined }],
  ["no number", { sub: "seven" }],
  ["an id that is too large", { sub: "2147483648" }],
  ["no session", { sid: undefined }],
  ["a session that is a number", { sid: 70 }],
  ["no id", { jti: undefined }],
  ["an empty id", { jti: "" }],
  ["another issuer", { iss: "https://evil.example" }],
  ["another audience", { aud: "https://auth.example.com" }],
  ["no end", { exp: undefined }],
  ["an end that has been", { exp: 1 }],
  ["an end to the second", { exp: Math.floor(now / 1000) - 1 }],
  ["no beginning", { iat: undefined }],
  ["half a second to begin at", { nbf: 0.5 }],
  ["a time to come", { nbf: Math.floor(now / 1000) + 100 }],
])("a refresh token of ours that says %s is refused", async (_, changes) => {
  expect(await verifyRefreshToken(config, await forge({}))).not.toBeNull();
  expect(await verifyRefreshToken(config, await forge(changes))).toBeNull();
});

test.each(["jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256", "crit"])(
  "a token of ours with %s in its header is refused",
  async (name) => {
    const [header, ...rest] = (await forge({})).split(".");
    const changed = { ...headerOf(`${header}.`), [name]: ["x"] };
    const signed = `${base64url.encode(JSON.stringify(changed))}.${rest[0]}`;
    const [key] = config.SIGNING_KEYS as [SigningKey];
    const signature = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" },
      await signingKeyOf(key),
      new TextEncoder().encode(signed),
    );
    const token = `${signed}.${base64url.encode(new Uint8Array(signature))}`;
    expect(await verifyRefreshToken(config, token)).toBeNull();
  },
);

test("neither token passes for the other, whatever its audience", async () => {
  const both = { aud: [config.PUBLIC_URL, `${config.PUBLIC_URL}/token/refresh`] };
  const [access, refresh] = [await forge(both, {}, "at+jwt"), await forge(both)];
  expect(await verifyAccessToken(config, access)).not.toBeNull();
  expect(await verifyRefreshToken(config, refresh)).not.toBeNull();
  expect(await verifyAccessToken(config, refresh)).toBeNull();
  expect(await verifyRefreshToken(config, access)).toBeNull();
  for (const typ of ["JWT", "application/rt+jwt", ""])
    expect(await verifyRefreshToken(config, await forge({}, { typ })), typ).toBeNull();
});

test("the largest and the smallest id are ids", async () => {
  for (const id of [1, 2147483647]) {
    const token = await signAccessToken(
      config,
      { ...holder, userId: id, org: { ...grant, org_id: id } },
      now,
    );
    expect(await verifyAccessToken(config, token)).toMatchObject({ user_id: id, org_id: id });
  }
});

test("a token is the whole of the text", async () => {
  const token = await signAccessToken(config, holder, now);
  const { PUBLIC_URL: issuer } = config;
  const findKey = (kid: string) => publicKeyOf(config, kid);
  const opened = (text: string) => openToken(text, findKey, { typ: "at+jwt", issuer, audience: issuer });
  await opened(token);
  for (const text of [` ${token}`, `${token} `, `x.${token}`, `${token}A`])
    await expect(opened(text)).rejects.toMatchObject({ reason: "malformed" });
});

test("that there are no keys is no refusal of the token", async () => {
  expect(await unlessInvalid(Promise.reject(new InvalidTokenError("key")))).toBeNull();
  const away = new KeysUnavailableError();
  await expect(unlessInvalid(Promise.reject(away))).rejects.toBe(away);
});

test("a successor is derived from its one predecessor", async () => {
  expect(await successorJti("one")).toBe(await sha256("successor of one"));
  expect(await successorJti("one")).not.toBe(await successorJti("two"));
});

test("the first key signs, all verify, and what is not there is no key", async () => {
  const [fresh, old] = [await newSigningKey("fresh"), await newSigningKey("old")];
  const rotated = { ...config, SIGNING_KEYS: [fresh, old] };
  const token = await signAccessToken(rotated, holder, now);
  expect(headerOf(token).kid).toBe("fresh");
  const before = { ...config, SIGNING_KEYS: [old] };
  expect(await verifyAccessToken(rotated, await signAccessToken(before, holder, now))).not.toBeNull();
  expect(await verifyAccessToken(before, token)).toBeNull();
  await expect(publicKeyOf(before, "fresh")).rejects.toMatchObject({ reason: "key" });
  // A key that calls itself like ours and is not.
  const impostor = { ...config, SIGNING_KEYS: [await newSigningKey("fresh")] };
  expect(await verifyAccessToken(rotated, await signAccessToken(impostor, holder, now))).toBeNull();
  const none = { ...config, SIGNING_KEYS: [] };
  await expect((async () => signAccessToken(none, holder, now))()).rejects.toThrow("there is no signing key");
});

test("the public half of a key verifies and cannot sign; each is imported once", async () => {
  const key = await newSigningKey("one");
  const keyed = { ...config, SIGNING_KEYS: [key] };
  const verifying = await publicKeyOf(keyed, "one");
  expect([verifying.type, verifying.usages]).toEqual(["public", ["verify"]]);
  expect(await publicKeyOf(keyed, "one")).toBe(verifying);
  const signing = await signingKeyOf(key);
  expect([signing.type, signing.usages, signing.extractable]).toEqual(["private", ["sign"], false]);
  expect(await signingKeyOf(key)).toBe(signing);
  const [published] = publicKeys([key]).keys;
  expect(published).toEqual({
    ...{ kty: "EC", crv: "P-256", kid: "one", x: key.x, y: key.y, use: "sig", alg: "ES256" },
  });
  const token = await signAccessToken(keyed, holder, now);
  await jwtVerify(token, await importJWK(published ?? {}, "ES256"));
});

test("a key whose halves do not belong together is named, every time; the others are let be", async () => {
  const [one, two] = [await newSigningKey("one"), await newSigningKey("two")];
  const mixed: Config = { ...config, SIGNING_KEYS: [one, { ...two, x: one.x, y: one.y }] };
  for (let i = 0; i < 2; i += 1) {
    await expect(requireWorkingKeys(mixed)).rejects.toMatchObject({
      name: "ConfigError",
      message: expect.stringMatching(/SIGNING_KEYS.*two\.$/),
      cause: expect.anything(),
    });
  }
  const right: Config = { ...config, SIGNING_KEYS: [one, two] };
  await requireWorkingKeys(right);
  right.SIGNING_KEYS.push({ ...two, x: one.x, y: one.y });
  await requireWorkingKeys(right); // Once per configuration.
});

test("SHA-256, HMAC and FNV-1a are what they are called", async () => {
  expect(await sha256("abc")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  expect([fnv32(""), fnv32("a"), fnv32("foobar")]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  expect(randomId()).toMatch(/^[\w-]{22}$/);
  expect(randomId()).not.toBe(randomId());
});

test("a keyed hash differs by key, purpose and text, and is HMAC under HKDF's key", async () => {
  const [one, two] = [newSealingKey("one"), newSealingKey("two")];
  const hash = await keyedHash(one, "cursor", "text");
  const root = await crypto.subtle.importKey("raw", base64url.decode(one.k), "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode("cursor") },
    root,
    256,
  );
  const mac = await crypto.subtle.importKey("raw", bits, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const expected = await crypto.subtle.sign("HMAC", mac, new TextEncoder().encode("text"));
  expect(hash).toBe(base64url.encode(new Uint8Array(expected)));
  const others = [
    await keyedHash(two, "cursor", "text"),
    await keyedHash(one, "network", "text"),
    await keyedHash(one, "cursor", "other"),
  ];
  expect(new Set([hash, ...others]).size).toBe(4);
  expect(await keyedHashes([one, two], "cursor", "text")).toEqual([hash, others[0]]);
});

test("the key of a keyed hash is derived once, and cannot be taken out", async () => {
  const [derive, take] = [vi.spyOn(crypto.subtle, "deriveKey"), vi.spyOn(crypto.subtle, "importKey")];
  const key = newSealingKey("one");
  for (const text of ["one", "two"]) await keyedHash(key, "cursor", text);
  expect([derive.mock.calls.length, take.mock.calls.length]).toEqual([1, 1]);
  expect(await derive.mock.results[0]?.value).toMatchObject({ extractable: false });
  expect(take.mock.calls[0]?.[3]).toBe(false);
});

test("a sealed text opens for its purpose, with its key, and for nothing else", async () => {
  const [fresh, old] = [newSealingKey("fresh"), newSealingKey("old")];
  const sealed = await seal([fresh, old], "mail-reset", "secret");
  expect(headerOf(sealed)).toEqual({ alg: "dir", enc: "A256GCM", kid: "fresh", typ: "mail-reset" });
  expect(await unseal([old, fresh], "mail-reset", sealed)).toBe("secret");
  expect(await unseal([fresh], "mail-verify", sealed)).toBeNull();
  expect(await unseal([old], "mail-reset", sealed)).toBeNull();
  expect(await unseal([{ ...old, kid: "fresh" }], "mail-reset", sealed)).toBeNull();
  for (const garbage of ["", "x", "a.b.c.d.e", `${sealed}x`, sealed.replace(/.$/, "")])
    expect(await unseal([fresh], "mail-reset", garbage)).toBeNull();
  await expect(seal([], "mail-reset", "secret")).rejects.toThrow("there is no sealing key");
});

test.each([
  ["A256GCMKW", "A256GCM"],
  ["A256KW", "A256GCM"],
  ["dir", "A128CBC-HS256"],
])("a text that is sealed with %s and %s is not one of ours, whatever the key", async (alg, enc) => {
  const key = newSealingKey("one");
  const sealed = await new CompactEncrypt(new TextEncoder().encode("secret"))
    .setProtectedHeader({ alg, enc, kid: key.kid, typ: "mail-reset" })
    .encrypt(base64url.decode(key.k));
  expect(await unseal([key], "mail-reset", sealed)).toBeNull();
});

test("what went wrong for another reason than the text is no refusal", async () => {
  const key = newSealingKey("one");
  const sealed = await seal([key], "mail-reset", "secret");
  const broken = {
    ...key,
    get k(): string {
      throw new RangeError("broken");
    },
  };
  await expect(unseal([broken], "mail-reset", sealed)).rejects.toThrow(RangeError);
});

test("a mail token is for its kind, says its address, and ends with its time", async () => {
  const keys = [newSealingKey("one")];
  const { id, tokenHash } = await newMailSecret();
  expect([id.length, tokenHash]).toEqual([22, await sha256(id)]);
  const contents = { id, email: "ann@example.com", expiresAt: 1000, inviteId: 9 };
  const token = await sealMailToken(keys, "invite", contents);
  const opened = { email: "ann@example.com", tokenHash, inviteId: 9 };
  const at = (instant: number, kind: "invite" | "reset" = "invite") =>
    openMailToken(keys, { kind, token, now: instant });
  expect(await at(999)).toEqual({ ...opened, expired: false });
  expect(await at(1000)).toEqual({ ...opened, expired: true });
  expect(await at(999, "reset")).toBeNull();
  const { inviteId: _, ...others } = contents;
  const reset = await sealMailToken(keys, "reset", others);
  expect(await openMailToken(keys, { kind: "reset", token: reset, now: 0 })).toMatchObject({ inviteId: 0 });
});
