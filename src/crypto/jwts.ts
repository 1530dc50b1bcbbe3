// Access tokens (RFC 9068) and refresh tokens: ES256 JWTs under the first signing key, accepted under all of them.
// The two differ by `typ` and audience, so that neither passes for the other (RFC 8725, 3.11 and 3.12).
import { type JWTPayload, SignJWT } from "jose";
import type { Config } from "../config.ts";
import {
  type AccessClaims,
  type AccessPayload,
  readAccessClaims,
  readNumber,
  readUserId,
} from "../verify/claims.ts";
import { openToken, unlessInvalid } from "../verify/open-token.ts";
import { sha256 } from "./hashes.ts";
import { publicKeyOf, signingKeyOf } from "./keys.ts";

export const accessTokenSeconds = 15 * 60;

/** Whom an access token is for; `org` when it was asked for. */
export type TokenHolder = {
  userId: number;
  sessionId: number;
  email: string;
  emailVerified: boolean;
  org: { org_id: number; role: string; permissions: string[] } | null;
};
export type RefreshClaims = { userId: number; sessionId: number; jti: string };

/** Signs an access token, 15 minutes from `issuedAt` (epoch ms, the database's clock). */
export function signAccessToken(config: Config, holder: TokenHolder, issuedAt: number): Promise<string> {
  const payload: AccessPayload = {
    sid: String(holder.sessionId),
    email: holder.email,
    email_verified: holder.emailVerified,
    ...holder.org,
  };
  return sign(config, "at+jwt", payload, {
    audience: accessAudience(config),
    subject: String(holder.userId),
    jti: crypto.randomUUID(),
    issuedAt,
    expiresAt: issuedAt + accessTokenSeconds * 1000,
  });
}

/** Signs a refresh token for this service alone. Times in epoch ms. */
export function signRefreshToken(
  config: Config,
  { userId, sessionId, jti }: RefreshClaims,
  { issuedAt, expiresAt }: { issuedAt: number; expiresAt: number },
): Promise<string> {
  const audience = refreshAudience(config);
  return sign(
    config,
    "rt+jwt",
    { sid: String(sessionId) },
    { audience, subject: String(userId), jti, issuedAt, expiresAt },
  );
}

/** The claims of a valid access token, or null: whatever is wrong with it, the caller learns only that it is. */
export async function verifyAccessToken(config: Config, token: string): Promise<AccessClaims | null> {
  const payload = await open(config, token, "at+jwt", accessAudience(config));
  return payload && readAccessClaims(payload);
}

/** The claims of a valid refresh token, or null. Whether it is spent, only the database knows. */
export async function verifyRefreshToken(config: Config, token: string): Promise<RefreshClaims | null> {
  const { sub, sid, jti } = (await open(config, token, "rt+jwt", refreshAudience(config))) ?? {};
  const [userId, sessionId] = [readUserId(sub), readNumber(sid)];
  return userId === null || sessionId === null || !jti ? null : { userId, sessionId, jti };
}

/**
 * The `jti` of a refresh token's only possible successor. Derived, so that a repeat names the same one while only
 * hashes are stored; to know it is of no use without the signing key.
 */
export const successorJti = (jti: string): Promise<string> => sha256(`successor of ${jti}`);

const accessAudience = (config: Config) => config.ACCESS_TOKEN_AUDIENCE ?? config.PUBLIC_URL;
const refreshAudience = (config: Config) => `${config.PUBLIC_URL}/token/refresh`;

type Registered = { audience: string; subject: string; jti: string; issuedAt: number; expiresAt: number };

async function sign(config: Config, typ: string, payload: JWTPayload, claims: Registered): Promise<string> {
  const key = config.SIGNING_KEYS[0];
  if (!key) throw new Error("there is no signing key");
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", typ, kid: key.kid })
    .setIssuer(config.PUBLIC_URL)
    .setAudience(claims.audience)
    .setSubject(claims.subject)
    .setJti(claims.jti)
    .setIssuedAt(Math.floor(claims.issuedAt / 1000))
    .setExpirationTime(Math.floor(claims.expiresAt / 1000))
    .sign(await signingKeyOf(key));
}

const open = (config: Config, token: string, typ: "at+jwt" | "rt+jwt", audience: string) =>
  unlessInvalid(
    openToken(token, (kid) => publicKeyOf(config, kid), { typ, issuer: config.PUBLIC_URL, audience }),
  );
