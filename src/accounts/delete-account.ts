// The end of an account: two trips, like a change of password. What the person owns alone goes with them.
import type { Context } from "hono";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import type { SignedInEnv } from "../http/context.ts";
import { checkOwnPassword } from "./check-password.ts";
import { deleteAccount } from "./queries.ts";

/**
 * Errors: 401 invalid_credentials, 429 too_many_attempts, 409 sole_owner, which names the organizations, 403
 * organization_suspended for one that would go too.
 */
export async function deleteOwnAccount(c: Context<SignedInEnv>, password: string): Promise<void> {
  const [result] = await asUser(c.var, [deleteAccount(await checkOwnPassword(c, password))]);
  const deletion = outcomeOf(result);
  if (deletion.outcome === "sole_owner") {
    throw new AppError("sole_owner", { extension: { organizations: deletion.organizations } });
  }
  if (deletion.outcome !== "deleted") throw new AppError(deletion.outcome);
}
