import * as z from "zod";
import { bodyId, details, displayName, jsonObject } from "../http/fields.ts";

export const createOrganizationBody = z.strictObject({
  name: displayName,
  details: details.optional(),
  personal: z.boolean().default(false),
});

export const changeOrganizationBody = z.strictObject({
  name: displayName.optional(),
  settings: jsonObject.optional(),
  personal: z.boolean().optional(),
});
export type ChangeOrganization = z.infer<typeof changeOrganizationBody>;

export const transferOwnershipBody = z.strictObject({ user_id: bodyId });
