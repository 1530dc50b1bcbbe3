// A service beside Gatehouse checks an access token by itself, without a call to anybody but for the keys, now and
// then. What it learns may be 15 minutes old: a sign-out, a removal or a smaller role shows only in the next token.
import { type AccessClaims, readAccessClaims } from "./claims.ts";
import { InvalidTokenError } from "./invalid-token.ts";
import { openToken } from "./open-token.ts";
import { type Fetch, RemoteKeys } from "./remote-keys.ts";

export type VerifyOptions = {
  /** The service's public URL, e.g. `https://auth.example.com`: its PUBLIC_URL. */
  issuer: string;
  /** What the service is configured to issue tokens for (ACCESS_TOKEN_AUDIENCE); unless configured, its PUBLIC_URL. */
  audience: string;
  /** Where the keys are, when it is not `{issuer}/.well-known/jwks.json`. Keys are kept per URL. */
  jwksUrl?: string;
  /** How to get there, e.g. over a service binding: `(url, init) => env.GATEHOUSE.fetch(url, init)`. */
  fetch?: Fetch;
  /** How far the clocks may be apart. 5, at most 300. */
  clockToleranceSeconds?: number;
};

/** Checks one token. Errors: InvalidTokenError, whose `reason` is for the log; KeysUnavailableError. */
export type Verifier = (token: string) => Promise<AccessClaims>;

/** Errors: InvalidTokenError, whose `reason` is for the log; KeysUnavailableError; TypeError for wrong options. */
export const verifyAccessToken = (token: string, options: VerifyOptions): Promise<AccessClaims> =>
  verifierFor(options)(token);

/** The options, judged once. Errors: TypeError that names what is wrong with them. */
export function verifierFor(options: VerifyOptions): Verifier {
  const { audience, fetch: given, clockToleranceSeconds = 5 } = options;
  const issuer = originOf(options.issuer);
  if (typeof audience !== "string" || audience === "") throw new TypeError("`audience` must not be empty");
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= 300)) {
    throw new TypeError("`clockToleranceSeconds` must be from 0 to 300");
  }
  const keys = keysAt(trustedUrl("jwksUrl", options.jwksUrl ?? `${issuer}/.well-known/jwks.json`).href);
  const fetchKeys: Fetch = given ?? ((url, init) => fetch(url, init));
  const findKey = (kid: string) => keys.find(kid, fetchKeys);
  const expected = { typ: "at+jwt", issuer, audience, clockToleranceSeconds } as const;
  return async (token) => {
    const claims = readAccessClaims(await openToken(token, findKey, expected));
    if (!claims) throw new InvalidTokenError("claims");
    return claims;
  };
}

const kept = new Map<string, RemoteKeys>();

function keysAt(url: string): RemoteKeys {
  const keys = kept.get(url) ?? new RemoteKeys(url);
  kept.set(url, keys);
  return keys;
}

/** The issuer as tokens name it: the service's own PUBLIC_URL is an origin, however it is written. */
function originOf(issuer: string): string {
  const { origin, pathname, search, hash } = trustedUrl("issuer", issuer);
  if (pathname !== "/" || search || hash) throw new TypeError("`issuer` must be scheme, host and port alone");
  return origin;
}

/** Over plain http anybody on the way could hand out keys of their own. */
function trustedUrl(name: string, text: string): URL {
  const url = URL.parse(text);
  const isLoopback = url !== null && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (!url || !(url.protocol === "https:" || (url.protocol === "http:" && isLoopback))) {
    throw new TypeError(`\`${name}\` must be an https URL (http on a loopback host)`);
  }
  return url;
}
