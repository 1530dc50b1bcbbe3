// The pair of tokens that sign-in and refresh answer with.
import type { Config } from "../config.ts";
import { accessTokenSeconds, signAccessToken, signRefreshToken } from "../crypto/jwts.ts";
import type { Issued } from "./queries.ts";

export const refreshMs = 14 * 86_400_000;
export const sessionMs = 30 * 86_400_000;

export async function issueTokens(
  config: Config,
  { sessionId, jti }: { sessionId: number; jti: string },
  issued: Issued,
) {
  const { user, organization, now, issued_at: issuedAt, refresh_expires_at: expiresAt } = issued;
  const { user_id: userId, email, email_verified: emailVerified } = user;
  const org = organization && {
    org_id: organization.org_id,
    role: organization.role,
    permissions: organization.permissions,
  };
  const [access_token, refresh_token] = await Promise.all([
    signAccessToken(config, { userId, sessionId, email, emailVerified, org }, now),
    signRefreshToken(config, { userId, sessionId, jti }, { issuedAt, expiresAt }),
  ]);
  return { access_token, refresh_token, token_type: "Bearer", expires_in: accessTokenSeconds };
}
