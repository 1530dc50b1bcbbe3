// The signed-in person's own password: two trips, because the old one is checked outside the database. The second
// does nothing if the password changed in between.
import type { Context } from "hono";
import { breachedComplaint, hashUnlessBreached } from "../access/breached-passwords.ts";
import { requireAcceptablePassword } from "../access/password-policy.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import type { ClaimedMail } from "../emails/claimed-mail.ts";
import { AppError, invalidField } from "../errors.ts";
import { circumstancesOf, type SignedInEnv } from "../http/context.ts";
import { checkOwnPassword } from "./check-password.ts";
import { changePassword } from "./queries.ts";

/**
 * Returns the alert mail, if there is one. Errors: 422, 429 too_many_attempts, 401 invalid_credentials, 422 for a breached
 * password.
 */
export async function changeOwnPassword(
  c: Context<SignedInEnv>,
  { current_password, new_password }: { current_password: string; new_password: string },
): Promise<ClaimedMail | null> {
  const { config, caller } = c.var;
  requireAcceptablePassword(config, { field: "new_password", password: new_password, email: caller.email });
  const checked = await checkOwnPassword(c, current_password);

  // Only now, so that nobody who does not know the old password makes us ask elsewhere. A breached one takes the second
  // trip too: the right password was no attempt.
  const passwordHash = await hashUnlessBreached(c.var, new_password);
  const alert = circumstancesOf(c);
  const [changed] = await asUser(c.var, [changePassword({ ...checked, passwordHash, alert })]);
  const change = outcomeOf(changed);
  if (change.outcome === "refused") throw invalidField("new_password", breachedComplaint);
  if (change.outcome !== "changed") throw new AppError(change.outcome);
  return change.mail;
}
