import * as z from "zod";
import { pathId, searchText, statusFilter } from "../http/fields.ts";

export const searchFilters = {
  q: searchText.optional(),
  status: statusFilter.optional(),
};

/** Of a suspension: whether organizations go with the person that others would be left in without an owner. */
export const suspendQuery = z.strictObject({
  with_organizations: z.enum(["true", "false"], "must be true or false").default("false").meta({
    default: "false",
    description: "Organizations that others would be left in without an owner go too.",
  }),
});

export const userParam = z.object({ user_id: pathId });
