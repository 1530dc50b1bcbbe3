import * as z from "zod";
import { bodyId, email, longPathId, pageQuery, password } from "../http/fields.ts";

export const signInBody = z.strictObject({ email, password, org_id: bodyId.optional() });
export type SignInBody = z.infer<typeof signInBody>;

export const refreshBody = z.strictObject({
  refresh_token: z.string().min(1).max(4096),
  org_id: bodyId.optional(),
});
export type RefreshBody = z.infer<typeof refreshBody>;

export const sessionsQuery = z.strictObject(pageQuery);
export const sessionParam = z.object({ session_id: longPathId });
