// Refresh: the old token is spent for its one possible successor. Which of the two answers a repeat deserves (the
// same successor, or the end of the session) is decided by the database, under the session's lock.
import type { Context } from "hono";
import { sha256 } from "../crypto/hashes.ts";
import { successorJti, verifyRefreshToken } from "../crypto/jwts.ts";
import { AppError } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";
import { type RefreshOutcome, refreshSession } from "./queries.ts";
import type { RefreshBody } from "./schemas.ts";
import { issueTokens, refreshMs } from "./tokens.ts";

/** Errors: 401 invalid_token, session_ended, refresh_token_reused; 404 or 403 for `org_id`, and nothing is spent. */
export async function refresh(c: Context<AppEnv>, { refresh_token, org_id }: RefreshBody) {
  const { config, db } = c.var;
  const claims = await verifyRefreshToken(config, refresh_token);
  if (!claims) throw new AppError("invalid_token");
  const { userId, sessionId } = claims;
  const jti = await successorJti(claims.jti);
  const refreshed = await db.call<RefreshOutcome>(
    refreshSession({
      sessionId,
      userId,
      hash: await sha256(claims.jti),
      successorHash: await sha256(jti),
      orgId: org_id ?? null,
      refreshMs,
    }),
  );
  if (refreshed.outcome !== "refreshed") throw new AppError(refreshed.outcome);
  return issueTokens(config, { sessionId, jti }, refreshed);
}
