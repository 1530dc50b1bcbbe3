// Who calls: an access token, or 401 with a challenge, for every route that asks for one.
import { base64url, exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { configOf } from "../src/config.ts";
import { bindings, call } from "./support/app.ts";
import { claimsOf, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { routes, send, somebody, withToken } from "./support/samples.ts";

const config = configOf(bindings());
const [ownKey] = config.SIGNING_KEYS;
if (!ownKey) throw new Error("the run has no signing key");
const now = () => Math.floor(Date.now() / 1000);

type Header = { alg: string; typ?: string; kid?: string };
const right: Header = { alg: "ES256", typ: "at+jwt", kid: ownKey.kid };

/** Somebody's access token, signed again with our own key, with other claims or another header. */
async function forge(
  changes: Partial<Record<string, unknown>>,
  header: Partial<Header> = {},
): Promise<string> {
  const claims: JWTPayload = { ...claimsOf((await somebody()).access), ...changes };
  const key = await importJWK({ ...ownKey, alg: "ES256" }, "ES256");
  return new SignJWT(claims).setProtectedHeader({ ...right, ...header }).sign(key);
}

async function withForeignKey(kid: string): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256");
  const claims = claimsOf((await somebody()).access);
  return new SignJWT(claims).setProtectedHeader({ ...right, kid }).sign(privateKey);
}

const encode = (part: object) => base64url.encode(JSON.stringify(part));

/** The attacks of RFC 8725, 2.1: no signature at all, and our public key as the secret of an HMAC. */
async function unsigned(): Promise<string> {
  return `${encode({ alg: "none", typ: "at+jwt" })}.${encode(claimsOf((await somebody()).access))}.`;
}
async function confused(): Promise<string> {
  const { keys } = await (await call("/.well-known/jwks.json")).json<{ keys: object[] }>();
  const secret = new TextEncoder().encode(JSON.stringify(keys[0]));
  const claims = claimsOf((await somebody()).access);
  return new SignJWT(claims).setProtectedHeader({ ...right, alg: "HS256" }).sign(secret);
}
async function withOwnKeyInside(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const claims = claimsOf((await somebody()).access);
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "at+jwt", jwk }).sign(privateKey);
}
async function tampered(): Promise<string> {
  const [header, , signature] = (await somebody()).access.split(".");
  const claims = claimsOf((await somebody()).access);
  return [header, encode({ ...claims, sub: `${Number(claims.sub) + 1}` }), signature].join(".");
}

const bad: Record<string, () => string | Promise<string>> = {
  "not a token": () => "garbage",
  "three empty parts": () => "..",
  "parts that are no JSON": () => "a.b.c",
  "a token cut short": async () => (await somebody()).access.slice(0, -10),
  "two tokens": async () => `${(await somebody()).access} ${(await somebody()).access}`,
  "a very long one": () => `${"a".repeat(8000)}.a.a`,
  "a refresh token": async () => (await somebody()).refresh,
  "claims changed after signing": tampered,
  "no signature": unsigned,
  "our public key as an HMAC secret": confused,
  "a key that it brings itself": withOwnKeyInside,
  "a foreign key under our key id": () => withForeignKey(ownKey.kid),
  "a foreign key under its own id": () => withForeignKey("another"),
  "expired a second ago": () => forge({ iat: now() - 901, exp: now() - 1 }),
  "not valid yet": () => forge({ nbf: now() + 600 }),
  "without an expiry": () => forge({ exp: undefined }),
  "another issuer": () => forge({ iss: "https://auth.example.net" }),
  "another audience": () => forge({ aud: "https://api.example.net" }),
  "another type": () => forge({}, { typ: "JWT" }),
  "no type": () => forge({}, { typ: undefined as unknown as string }),
  "no session": () => forge({ sid: undefined }),
  "a session that is no number": () => forge({ sid: "1 or 1=1" }),
  "a user that is no number": () => forge({ sub: "-1" }),
};

describe.each(withToken)("$name", (route) => {
  test("without a token: 401 and a bare challenge", async () => {
    const answer = await send(route, { token: null });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    await expectProblem(answer, "unauthenticated");
  });

  test("with a bad token: 401 that does not tell what is wrong with it", async () => {
    for (const [what, make] of Object.entries(bad)) {
      const answer = await send(route, { token: await make() });
      expect(answer.headers.get("www-authenticate"), what).toBe('Bearer error="invalid_token"');
      await expectProblem(answer, "invalid_token", what);
    }
  });

  test("with the token of an ended session, or of one that never was: 401", async () => {
    const person = await signedIn();
    await call("/signout", { method: "POST", token: person.access });
    await expectProblem(await send(route, { person }), "session_ended");
    for (const claims of [{ sid: "999999999999999" }, { sub: "999999999" }]) {
      const answer = await send(route, { token: await forge(claims) });
      expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
      await expectProblem(answer, "session_ended", JSON.stringify(claims));
    }
  });

  test("takes no token from a query, a cookie, or another scheme", async () => {
    const { access } = await somebody();
    const query = `?access_token=${access}`;
    await expectProblem(await send(route, { token: null, query }), "unauthenticated");
    const cookie = { cookie: `access_token=${access}; token=${access}` };
    await expectProblem(await send(route, { token: null, headers: cookie }), "unauthenticated");
    for (const authorization of [access, `Basic ${access}`, `Token ${access}`, "Bearer", "Bearer "]) {
      await expectProblem(await send(route, { token: null, headers: { authorization } }), "invalid_token");
    }
  });

  test("the scheme's case does not matter (RFC 9110, 11.1)", async () => {
    const person = await signedIn();
    for (const scheme of ["bearer", "BEARER"]) {
      const headers = { authorization: `${scheme} ${person.access}` };
      await expectProblem(await send(route, { token: null, headers, query: "?x=1" }), "invalid_request");
    }
  });
});

describe.each(routes.filter((route) => route.maybeSignedIn))("$name", (route) => {
  test("takes a token, and refuses a bad one like every route", async () => {
    const { status } = await send(route, {
      headers: { authorization: `Bearer ${(await somebody()).access}` },
    });
    expect(status).toBe(403); // Somebody else's: the sample is for another address.
    for (const [what, make] of Object.entries(bad)) {
      const headers = { authorization: `Bearer ${await make()}` };
      await expectProblem(await send(route, { headers }), "invalid_token", what);
      await expectProblem(await send(route, { headers, query: "?x=1" }), "invalid_token", what);
    }
  });
});

test.each(routes.filter((route) => !route.signedIn && !route.maybeSignedIn))(
  "$name asks for no token, and reads none",
  async (route) => {
    const answer = await send(route, {
      person: await signedIn(),
      headers: { authorization: "Bearer garbage" },
    });
    expect(answer.status).toBe(route.status);
  },
);
