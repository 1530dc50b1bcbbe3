// Whether the caller may do something somewhere, now: what `POST /permissions/check` and `Permissions.check` both ask.
import { outcomeOf } from "../db/client.ts";
import { asUser, type Signed } from "../db/tenant.ts";
import { mayCaller } from "./queries.ts";
import type { CheckPermission } from "./schemas.ts";

/** One trip. Errors: 401 session_ended; 404, 403 for suspensions, as the guards of the endpoints raise them. */
export async function checkPermission(
  signed: Signed,
  { org_id, website_id, permission }: CheckPermission,
): Promise<boolean> {
  const about = website_id === undefined ? {} : { websiteId: website_id };
  const [result] = await asUser(signed, [mayCaller(org_id, permission, about)], { access: "read" });
  return outcomeOf(result);
}
