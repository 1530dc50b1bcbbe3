// Access tokens (RFC 9068) and refresh tokens: ES256 JWTs under the first signing key, accepted under all of them.
// The two differ by `typ` and audience, so that neither passes for the other (RFC 8725, 3.11 and 3.12).
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import type { Config } from "../config.ts";
import { sha256 } from "./hashes.ts";
import { keySetOf, signingKeyOf } from "./keys.ts";

export const accessTokenSeconds = 15 * 60;

/** What an access token says. Times are set by `signAccessToken`; `org` is there when it was asked for. */
export type AccessClaims = {
  userId: number;
  sessionId: number;
  email: string;
  emailVerified: boolean;
  org: { org_id: number; role: string; permissions: string[] } | null;
};
export type RefreshClaims = { userId: number; sessionId: number; jti: string };

const numericText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);
const userIdText = numericText.pipe(z.number().max(2_147_483_647));
/** Finite: JSON can say 1e400, which would never expire. */
const instants = { iat: z.int(), exp: z.int(), nbf: z.int().optional() };
const refreshPayload = z.object({ ...instants, sub: userIdText, sid: numericText, jti: z.string().min(1) });
const accessPayload = z.object({
  ...refreshPayload.shape,
  email: z.string(),
  email_verified: z.boolean(),
  org_id: z.int32().positive().optional(),
  role: z.string().optional(),
  permissions: z.array(z.string()).optional(),
});

/** Signs an access token, 15 minutes from `issuedAt` (epoch ms, the database's clock). */
export function signAccessToken(config: Config, claims: AccessClaims, issuedAt: number): Promise<string> {
  const payload = {
    sid: String(claims.sessionId),
    email: claims.email,
    email_verified: claims.emailVerified,
  };
  return sign(
    config,
    "at+jwt",
    { ...payload, ...claims.org },
    {
      audience: accessAudience(config),
      subject: String(claims.userId),
      jti: crypto.randomUUID(),
      issuedAt,
      expiresAt: issuedAt + accessTokenSeconds * 1000,
    },
  );
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
  const claims = await verify(config, token, "at+jwt", accessAudience(config), accessPayload);
  if (!claims) return null;
  const { sub, sid, email, email_verified, org_id, role = "", permissions = [] } = claims;
  const org = org_id === undefined ? null : { org_id, role, permissions };
  return { userId: sub, sessionId: sid, email, emailVerified: email_verified, org };
}

/** The claims of a valid refresh token, or null. Whether it is spent, only the database knows. */
export async function verifyRefreshToken(config: Config, token: string): Promise<RefreshClaims | null> {
  const claims = await verify(config, token, "rt+jwt", refreshAudience(config), refreshPayload);
  return claims && { userId: claims.sub, sessionId: claims.sid, jti: claims.jti };
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

async function verify<T extends z.ZodType>(
  config: Config,
  token: string,
  typ: string,
  audience: string,
  schema: T,
) {
  try {
    const { payload } = await jwtVerify(token, keySetOf(config), {
      algorithms: ["ES256"],
      issuer: config.PUBLIC_URL,
      audience,
      typ,
      requiredClaims: ["exp", "iat", "sub", "sid", "jti"],
    });
    return schema.safeParse(payload).data ?? null;
  } catch (error) {
    // Web Crypto and JSON complain about garbage with errors of their own.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError)
      return null;
    throw error;
  }
}
