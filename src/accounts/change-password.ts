// The signed-in person's own password: two trips, because the old one is checked outside the database. The second
// does nothing if the password changed in between.
import type { Context } from "hono";
import { hashPassword, verifyPassword } from "../crypto/passwords.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import type { ClaimedMail } from "../emails/outbox.ts";
import { AppError } from "../errors.ts";
import { clientOf, deviceOf, type SignedInEnv } from "../http/context.ts";
import { requireAcceptablePassword } from "./policy.ts";
import { beginPasswordCheck, changePassword } from "./queries.ts";

/** Returns the alert mail. Errors: 401 invalid_credentials, 422, 429 too_many_attempts. */
export async function changeOwnPassword(
  c: Context<SignedInEnv>,
  { current_password, new_password }: { current_password: string; new_password: string },
): Promise<ClaimedMail> {
  const { config, db, caller } = c.var;
  requireAcceptablePassword(config, { field: "new_password", password: new_password, email: caller.email });
  const [checked] = await asUser(db, caller, [beginPasswordCheck()]);
  const check = outcomeOf(checked);
  if ("retry_after_seconds" in check) {
    throw new AppError("too_many_attempts", { retryAfterSeconds: check.retry_after_seconds });
  }
  if (!(await verifyPassword(current_password, check.password_hash, config.PASSWORD_ITERATIONS))) {
    throw new AppError("invalid_credentials");
  }

  const { ip, place, userAgent } = clientOf(c);
  const [changed] = await asUser(db, caller, [
    changePassword({
      credentialVersion: check.credential_version,
      attemptAt: check.attempt_at,
      passwordHash: await hashPassword(new_password, config.PASSWORD_ITERATIONS),
      alert: { ip, place, device: deviceOf(userAgent) },
    }),
  ]);
  const change = outcomeOf(changed);
  if (change.outcome === "invalid_credentials") throw new AppError("invalid_credentials");
  return change.mail;
}
