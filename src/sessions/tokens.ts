// The pair of tokens that sign-in and refresh answer with.
import type { Config } from "../config.ts";
import { accessTokenSeconds, signAccessToken, signRefreshToken } from "../crypto/jwts.ts";

export const refreshMs = 14 * 86_400_000;
export const sessionMs = 30 * 86_400_000;

export async function issueTokens(
  config: Config,
  issued: {
    sessionId: number;
    jti: string;
    issued_at: number;
    refresh_expires_at: number;
    user: { user_id: number; email: string; email_verified: boolean };
    organization: { org_id: number; role: string; permissions: string[] } | null;
  },
) {
  const { sessionId, jti, user, organization, issued_at: issuedAt, refresh_expires_at: expiresAt } = issued;
  const org = organization && {
    org_id: organization.org_id,
    role: organization.role,
    permissions: organization.permissions,
  };
  const claims = {
    userId: user.user_id,
    sessionId,
    email: user.email,
    emailVerified: user.email_verified,
    org,
  };
  const [access_token, refresh_token] = await Promise.all([
    signAccessToken(config, claims, issuedAt),
    signRefreshToken(config, { userId: user.user_id, sessionId, jti }, { issuedAt, expiresAt }),
  ]);
  return { access_token, refresh_token, token_type: "Bearer", expires_in: accessTokenSeconds };
}
