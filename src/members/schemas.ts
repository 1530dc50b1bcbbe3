import * as z from "zod";
import { jsonObject, pathId, roleFilter, roleRef, status, statusFilter } from "../http/fields.ts";

export const memberParam = z.object({ org_id: pathId, user_id: pathId });

export const memberFilters = {
  role: roleFilter.optional(),
  status: statusFilter.optional(),
  q: z
    .string()
    .trim()
    .min(1, "must hold 1 to 254 characters")
    .max(254, "must hold 1 to 254 characters")
    .optional(),
};

export const changeMemberBody = z.strictObject({
  role: roleRef.optional(),
  status: status.optional(),
  settings: jsonObject.optional(),
});
export type ChangeMember = z.infer<typeof changeMemberBody>;
