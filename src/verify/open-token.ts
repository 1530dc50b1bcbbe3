// A signed token → its payload, under keys that are looked up by `kid`. The service itself and the services beside it
// check tokens here. What can be refused without a key is refused before one is asked for (RFC 8725, 3.1 and 3.11).
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import { InvalidTokenError, type InvalidTokenReason } from "./invalid-token.ts";

export type Expected = {
  typ: "at+jwt" | "rt+jwt";
  issuer: string;
  audience: string;
  clockToleranceSeconds?: number;
};
/** The public key with this id. Errors: InvalidTokenError `key` for an unknown one, KeysUnavailableError. */
export type FindKey = (kid: string) => Promise<CryptoKey>;

/** Ours hold about a kilobyte; a role with every permission and the longest names, less than three. */
const mostCharacters = 8192;
/** Three parts; an ES256 signature has 64 bytes. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]{86}$/;
/** Keys that a token brings along or points at would be the sender's choice (RFC 8725, 3.5 and 3.10). */
const bringsKey = ["jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256"];

/** Errors: InvalidTokenError, and KeysUnavailableError as it comes from `findKey`. */
export async function openToken(token: string, findKey: FindKey, expected: Expected): Promise<JWTPayload> {
  if (typeof token !== "string" || token.length > mostCharacters || !compact.test(token)) {
    throw new InvalidTokenError("malformed");
  }
  const kid = requireHeader(token, expected.typ);
  requireIssuer(token, expected.issuer);
  const payload = await verified(token, await findKey(kid), expected);
  // JSON can say 1e400, which would never expire.
  for (const instant of [payload.iat, payload.exp, payload.nbf ?? 0]) {
    if (!Number.isSafeInteger(instant)) throw new InvalidTokenError("claims");
  }
  return payload;
}

async function verified(token: string, key: CryptoKey, expected: Expected): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["ES256"],
      typ: expected.typ,
      issuer: expected.issuer,
      audience: expected.audience,
      requiredClaims: ["exp", "iat", "sub", "sid", "jti"],
      clockTolerance: expected.clockToleranceSeconds ?? 0,
    });
    return payload;
  } catch (error) {
    throw new InvalidTokenError(reasonOf(error), error);
  }
}

/** Returns the key's id. */
function requireHeader(token: string, typ: string): string {
  const header = parsed(() => decodeProtectedHeader(token));
  if (header.alg !== "ES256") throw new InvalidTokenError("algorithm");
  if (header.typ !== typ) throw new InvalidTokenError("type");
  const { kid, crit } = header;
  if (crit !== undefined || bringsKey.some((name) => name in header)) throw new InvalidTokenError("header");
  if (typeof kid !== "string" || kid === "") throw new InvalidTokenError("header");
  return kid;
}

/** Before the key: another issuer's tokens must not make anybody look for their keys. */
function requireIssuer(token: string, issuer: string): void {
  if (parsed(() => decodeJwt(token)).iss !== issuer) throw new InvalidTokenError("issuer");
}

function parsed<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new InvalidTokenError("malformed", cause);
  }
}

const claimReasons: Record<string, InvalidTokenReason> = {
  iss: "issuer",
  aud: "audience",
  nbf: "not_yet_valid",
};

/** Garbage makes Web Crypto and JSON complain with errors of their own. */
function reasonOf(error: unknown): InvalidTokenReason {
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return claimReasons[error.claim] ?? "claims";
  if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError) {
    return "malformed";
  }
  throw error;
}

/** null for a refused token; whatever else went wrong is thrown on. */
export async function unlessInvalid<T>(opening: Promise<T>): Promise<T | null> {
  return opening.catch((error: unknown) => {
    if (error instanceof InvalidTokenError) return null;
    throw error;
  });
}
