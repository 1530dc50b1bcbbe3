// A forgotten password: a link to the address, whoever asks; and the new password that the link sets.
import type { Context } from "hono";
import { hashNewPassword } from "../access/breached-passwords.ts";
import { requireAcceptablePassword } from "../access/password-policy.ts";
import type { ClaimedMail } from "../emails/claimed-mail.ts";
import { AppError } from "../errors.ts";
import { type AppEnv, circumstancesOf } from "../http/context.ts";
import { logWithheldMail } from "../http/log.ts";
import { openMailLink, requireLiving } from "../http/open-link.ts";
import { newReset } from "./links.ts";
import { type ResetOutcome, type ResetRequest, requestReset, resetPassword } from "./queries.ts";

/** Returns the mail; null for an address that nobody has, after the same work, or that got too many. */
export async function askForReset(c: Context<AppEnv>, email: string): Promise<ClaimedMail | null> {
  const { config, db, requestId } = c.var;
  const link = await newReset(config);
  const { mail, withheld } = await db.call<ResetRequest>(requestReset(email, link, circumstancesOf(c)));
  if (withheld) logWithheldMail({ request_id: requestId, template: "reset-password" });
  return mail ?? null;
}

/**
 * Returns whose password it was, and the alert mail. Errors: 422, 404, 410 token_expired, 422 for a breached password (nobody
 * else is asked about one on behalf of a bad link), 410 token_spent.
 */
export async function setForgottenPassword(
  c: Context<AppEnv>,
  { token, new_password }: { token: string; new_password: string },
): Promise<{ email: string; mail: ClaimedMail }> {
  const { config, db } = c.var;
  const opened = await openMailLink(config, "reset", token);
  requireAcceptablePassword(config, {
    field: "new_password",
    password: new_password,
    email: opened?.email ?? null,
  });
  const { email, tokenHash } = requireLiving("reset", opened);
  const passwordHash = await hashNewPassword(c.var, { field: "new_password", password: new_password });
  const reset = await db.call<ResetOutcome>(
    resetPassword({ tokenHash, email, passwordHash, alert: circumstancesOf(c) }),
  );
  if (reset.outcome !== "reset") throw new AppError(reset.outcome);
  return { email, mail: reset.mail };
}
