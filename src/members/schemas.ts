import * as z from "zod";
import { jsonObject, pathId, roleFilter, roleRef, searchText, status, statusFilter } from "../http/fields.ts";

export const memberParam = z.object({ org_id: pathId, user_id: pathId });

export const memberFilters = {
  role: roleFilter.optional(),
  status: statusFilter.optional(),
  q: searchText.optional(),
};

export const changeMemberBody = z.strictObject({
  role: roleRef.optional(),
  status: status.optional(),
  settings: jsonObject.optional(),
});
export type ChangeMember = z.infer<typeof changeMemberBody>;
