import * as z from "zod";
import { bodyId, email, longPathId, password } from "../http/fields.ts";

export const signInBody = z.strictObject({ email, password, org_id: bodyId.optional() });
export type SignInBody = z.infer<typeof signInBody>;

export const refreshBody = z.strictObject({
  refresh_token: z.string().min(1),
  org_id: bodyId.optional(),
});
export type RefreshBody = z.infer<typeof refreshBody>;

export const sessionParam = z.object({ session_id: longPathId });
