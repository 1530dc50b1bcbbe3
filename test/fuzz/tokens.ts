// Access tokens that are none: each attack that RFC 8725 names, and damage by chance.
import fc from "fast-check";
import { base64url, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Config } from "../../src/config.ts";

const encode = (value: unknown) =>
  base64url.encode(typeof value === "string" ? value : JSON.stringify(value));
const utf8 = new TextEncoder();

/** The parts of a good token, and what an attacker could sign with. */
export type Material = {
  token: string;
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  /** Signs as the service does: for claims that it would never make. */
  sign(header: unknown, payloadText: string): Promise<string>;
  /** Signs with a key that the service does not know. */
  signForeign(header: unknown, payloadText: string): Promise<string>;
  /** HMAC with what anybody can read in the JWKS. */
  signWithPublicKey(header: unknown, payloadText: string): Promise<string>;
  foreignKey: JWK;
};

const decode = (part = "") => JSON.parse(new TextDecoder().decode(base64url.decode(part)));

export async function materialFrom(config: Config, token: string): Promise<Material> {
  const [head, body] = token.split(".");
  const [own] = config.SIGNING_KEYS;
  if (!own) throw new Error("there is no signing key");
  const ownKey = (await importJWK({ ...own, alg: "ES256" }, "ES256")) as CryptoKey;
  const foreign = await generateKeyPair("ES256", { extractable: true });
  const { d: _, ...publicKey } = own;
  const ecdsa = { name: "ECDSA", hash: "SHA-256" };
  const hmacKey = await crypto.subtle.importKey(
    "raw",
    utf8.encode(JSON.stringify(publicKey)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signing =
    (sign: (data: Uint8Array) => Promise<ArrayBuffer>) => async (header: unknown, text: string) => {
      const input = `${encode(header)}.${encode(text)}`;
      return `${input}.${base64url.encode(new Uint8Array(await sign(utf8.encode(input))))}`;
    };
  return {
    token,
    header: decode(head),
    payload: decode(body),
    sign: signing((data) => crypto.subtle.sign(ecdsa, ownKey, data)),
    signForeign: signing((data) => crypto.subtle.sign(ecdsa, foreign.privateKey, data)),
    signWithPublicKey: signing((data) => crypto.subtle.sign("HMAC", hmacKey, data)),
    foreignKey: await exportJWK(foreign.publicKey),
  };
}

/** JSON text of the claims, one of them written by hand: `1e400` is no number that JSON.stringify would write. */
const withRaw = (payload: object, name: string, raw: string) =>
  JSON.stringify({ ...payload, [name]: "RAW" }).replace('"RAW"', raw);

const algorithms = [
  "none",
  "None",
  "nOnE",
  "HS256",
  "HS512",
  "RS256",
  "PS256",
  "ES384",
  "EdDSA",
  "ES256K",
  "",
  " ES256",
  "es256",
];
const times = ["exp", "iat", "nbf"];
const oddTimes = [
  '"9999999999"',
  "1e400",
  "-1e400",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  '"1e400"',
  "[9999999999]",
];
const oddClaims = [
  "null",
  "true",
  "0",
  "-1",
  '""',
  '"0"',
  '"1.5"',
  "1",
  "[]",
  "{}",
  '"1; drop"',
  '"99999999999999999999"',
];

type Made = fc.Arbitrary<{ how: string; make: () => string | Promise<string> }>;

/** One way each; `fast-check` picks among them. */
export function mutantFor(m: Material): fc.Arbitrary<{ how: string; make: () => Promise<string> }> {
  const text = JSON.stringify(m.payload);
  const header = (change: object) => ({ ...m.header, ...change });
  const [head = "", body = "", signature = ""] = m.token.split(".");
  const anyBase64 = fc.base64String({ maxLength: 200 }).map((s) => s.replace(/[+/=]/g, "-"));
  const ways: Made[] = [
    fc.constantFrom(...algorithms).map((alg) => ({
      how: `alg ${alg}, unsigned`,
      make: () => `${encode(header({ alg }))}.${body}.`,
    })),
    fc.constantFrom(...algorithms).map((alg) => ({
      how: `alg ${alg}, its own signature`,
      make: () => `${encode(header({ alg }))}.${body}.${signature}`,
    })),
    fc.constantFrom("HS256", "ES256").map((alg) => ({
      how: `${alg} with the public key`,
      make: () => m.signWithPublicKey(header({ alg }), text),
    })),
    fc.constant({ how: "another key", make: () => m.signForeign(m.header, text) }),
    fc.oneof(fc.string(), fc.constantFrom("", "../../etc/passwd", "null", "0")).map((kid) => ({
      how: "another kid",
      make: () => m.signForeign(header({ kid }), text),
    })),
    fc.constantFrom("jku", "x5u").map((name) => ({
      how: name,
      make: () => m.signForeign(header({ [name]: "https://evil.example/jwks.json", kid: undefined }), text),
    })),
    fc.constant({
      how: "jwk",
      make: () => m.signForeign(header({ jwk: m.foreignKey, kid: undefined }), text),
    }),
    fc.constantFrom<unknown>(["exp"], ["b64"], ["x"], [], "exp", null).map((crit) => ({
      how: "crit",
      make: () => m.sign(header({ crit }), text),
    })),
    fc.constantFrom("rt+jwt", "JWT", "at+JWT2", "", "application/jwt", "secevent+jwt").map((typ) => ({
      how: `typ ${typ}`,
      make: () => m.sign(header({ typ }), text),
    })),
    fc.tuple(fc.constantFrom(...times), fc.constantFrom(...oddTimes)).map(([name, raw]) => ({
      how: `${name} ${raw}`,
      make: () => m.sign(m.header, withRaw(m.payload, name, raw)),
    })),
    fc.tuple(fc.constantFrom("sub", "sid"), fc.constantFrom(...oddClaims)).map(([name, raw]) => ({
      how: `${name} ${raw}`,
      make: () => m.sign(m.header, withRaw(m.payload, name, raw)),
    })),
    fc
      .tuple(
        fc.constantFrom("iss", "aud"),
        fc.oneof(fc.webUrl(), fc.constantFrom("", `${m.payload.iss}/`, `${m.payload.iss}.evil.example`)),
      )
      .map(([name, value]) => ({
        how: `${name} ${value}`,
        make: () => m.sign(m.header, JSON.stringify({ ...m.payload, [name]: value })),
      })),
    fc
      .constantFrom("exp", "iat", "sub", "sid", "jti", "iss", "aud", "email", "email_verified")
      .map((name) => ({
        how: `without ${name}`,
        make: () => m.sign(m.header, JSON.stringify({ ...m.payload, [name]: undefined })),
      })),
    fc.integer({ min: 1, max: 10_000_000 }).map((ago) => ({
      how: "expired",
      make: () =>
        m.sign(m.header, JSON.stringify({ ...m.payload, exp: Math.floor(Date.now() / 1000) - ago })),
    })),
    fc.integer({ min: 3_600, max: 10_000_000 }).map((ahead) => ({
      how: "not yet",
      make: () =>
        m.sign(m.header, JSON.stringify({ ...m.payload, nbf: Math.floor(Date.now() / 1000) + ahead })),
    })),
    fc
      .nat({ max: m.token.length - 1 })
      .map((length) => ({ how: "truncated", make: () => m.token.slice(0, length) })),
    fc
      .array(anyBase64, { minLength: 1, maxLength: 6 })
      .map((parts) => ({ how: "any parts", make: () => parts.join(".") })),
    fc
      .constantFrom("", ".", "..", "...")
      .map((dots) => ({ how: "dots", make: () => `${dots}${m.token}${dots}x` })),
    fc
      .tuple(anyBase64, anyBase64)
      .map(([a, b]) => ({ how: "five parts", make: () => `${m.token}.${a}.${b}` })),
    fc.nat({ max: signature.length - 3 }).map((at) => ({
      how: "signature damaged",
      make: () => `${head}.${body}.${flip(signature, at)}`,
    })),
    fc
      .nat({ max: body.length - 3 })
      .map((at) => ({ how: "claims damaged", make: () => `${head}.${flip(body, at)}.${signature}` })),
    fc.constantFrom(`${"AAAA".repeat(21)}AA`, "").map((zero) => ({
      how: "signature of zeros",
      make: () => `${head}.${body}.${zero}`,
    })),
    fc.constantFrom(100_000, 300_000).map((length) => ({
      how: "huge",
      make: () => m.signForeign(header({ x: "y".repeat(length) }), text),
    })),
    fc.constantFrom(20_000).map((depth) => ({
      how: "deep",
      make: () => `${encode(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`)}.${body}.${signature}`,
    })),
  ];
  return fc.oneof(...ways).map(({ how, make }) => ({ how, make: async () => make() }));
}

/** Another letter at this place, of those that change the bytes. */
function flip(text: string, at: number): string {
  const other = text[at] === "A" ? "Q" : "A";
  return text.slice(0, at) + other + text.slice(at + 1);
}
