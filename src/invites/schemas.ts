import * as z from "zod";
import { email, jsonObject, mailToken, newPassword, pathId, roleRef } from "../http/fields.ts";

export const inviteParam = z.object({ org_id: pathId, invite_id: pathId });
export const websiteParam = z.object({ org_id: pathId, website_id: pathId });
export const websiteInviteParam = z.object({ org_id: pathId, website_id: pathId, invite_id: pathId });

const monthSeconds = 30 * 86_400;
const expiresIn = z
  .number("must be a whole number of seconds, 1 to 2592000")
  .int("must be a whole number of seconds, 1 to 2592000")
  .min(1, "must be at least 1 second")
  .max(monthSeconds, "must be at most 2592000 seconds (30 days)");

export const createInviteBody = z.strictObject({ email, role: roleRef, expires_in: expiresIn.optional() });
export type CreateInvite = z.infer<typeof createInviteBody>;

/** `email`: of whom the client takes for the invited; somebody else's is refused. */
export const acceptInviteBody = z.strictObject({
  token: mailToken,
  email: email.optional(),
  password: newPassword.optional(),
  profile: jsonObject.default({}),
});
export type AcceptInvite = z.infer<typeof acceptInviteBody>;
