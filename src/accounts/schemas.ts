import * as z from "zod";
import { details, displayName, email, jsonObject, mailToken, newPassword, password } from "../http/fields.ts";

export const signUpBody = z.strictObject({
  email,
  password: newPassword,
  organization_name: displayName,
  organization_details: details.optional(),
  profile: jsonObject.default({}),
});
export type SignUpBody = z.infer<typeof signUpBody>;

export const tokenBody = z.strictObject({ token: mailToken });

export const forgotPasswordBody = z.strictObject({ email });

export const resetPasswordBody = z.strictObject({ token: mailToken, new_password: newPassword });

export const changeMeBody = z.strictObject({
  profile: jsonObject.optional(),
  settings: jsonObject
    .refine(({ login_alerts = null }) => login_alerts === null || typeof login_alerts === "boolean", {
      path: ["login_alerts"],
      message: "must be true, false or null",
    })
    .optional(),
});

export const deleteMeBody = z.strictObject({ password });

export const changePasswordBody = z.strictObject({ current_password: password, new_password: newPassword });
