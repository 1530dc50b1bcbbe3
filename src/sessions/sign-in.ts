// Sign-in, two trips: the attempt is counted and the hash read, the password checked here, the session started if
// nothing changed in between. An unknown address takes the same work and gets the same answer as a wrong password.
import type { Context } from "hono";
import { randomId, sha256 } from "../crypto/hashes.ts";
import { hashPassword, needsRehash, verifyPassword } from "../crypto/passwords.ts";
import { AppError } from "../errors.ts";
import { type AppEnv, circumstancesOf, clientOf } from "../http/context.ts";
import { beginSignIn, type SignInBegin, type SignInOutcome, startSession } from "./queries.ts";
import type { SignInBody } from "./schemas.ts";
import { issueTokens, refreshMs, sessionMs } from "./tokens.ts";

/** Errors: 401 invalid_credentials, 429 (two codes); after the right password 403 (suspended) or 404 (not their `org_id`). */
export async function signIn(c: Context<AppEnv>, { email, password, org_id }: SignInBody) {
  const { config, db } = c.var;
  const begun = await db.call<SignInBegin>(beginSignIn(email));
  if ("retry_after_seconds" in begun) {
    throw new AppError("too_many_attempts", { retryAfterSeconds: begun.retry_after_seconds });
  }
  const { attempt_at, user_id, password_hash = null, credential_version = 0 } = begun;
  const right = await verifyPassword(password, password_hash, config.PASSWORD_ITERATIONS);
  if (!right || user_id === undefined || password_hash === null) throw new AppError("invalid_credentials");

  const outdated = needsRehash(password_hash, config.PASSWORD_ITERATIONS);
  const jti = randomId();
  const started = await db.call<SignInOutcome>(
    startSession({
      userId: user_id,
      credentialVersion: credential_version,
      newPasswordHash: outdated ? await hashPassword(password, config.PASSWORD_ITERATIONS) : null,
      attemptAt: attempt_at,
      orgId: org_id ?? null,
      refreshHash: await sha256(jti),
      refreshMs,
      sessionMs,
      client: clientOf(c),
      alert: circumstancesOf(c),
    }),
  );
  if (started.outcome !== "signed_in") throw new AppError(started.outcome);
  const tokens = await issueTokens(config, { sessionId: started.session_id, jti }, started);
  return {
    answer: { ...tokens, user: started.user, organizations: started.organizations },
    mail: started.mail,
  };
}
