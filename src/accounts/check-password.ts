// The signed-in person's own password, before something that asks for it: counted in one trip, checked here.
import type { Context } from "hono";
import { verifyPassword } from "../crypto/passwords.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import type { SignedInEnv } from "../http/context.ts";
import { beginPasswordCheck } from "./queries.ts";

/** What the next trip does nothing without. Errors: 401 invalid_credentials, 429 too_many_attempts. */
export async function checkOwnPassword(
  c: Context<SignedInEnv>,
  password: string,
): Promise<{ credentialVersion: number; attemptAt: number }> {
  const [checked] = await asUser(c.var, [beginPasswordCheck()]);
  const check = outcomeOf(checked);
  if ("retry_after_seconds" in check) {
    throw new AppError("too_many_attempts", { retryAfterSeconds: check.retry_after_seconds });
  }
  if (!(await verifyPassword(password, check.password_hash, c.var.config.PASSWORD_ITERATIONS))) {
    throw new AppError("invalid_credentials");
  }
  return { credentialVersion: check.credential_version, attemptAt: check.attempt_at };
}
