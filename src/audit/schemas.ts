import * as z from "zod";
import { moment, pathId } from "../http/fields.ts";

export const auditFilters = {
  actor: pathId.optional(),
  action: z
    .string()
    .min(1, "must hold 1 to 80 characters")
    .max(80, "must hold 1 to 80 characters")
    .optional(),
  from: moment.optional(),
  to: moment.optional(),
};
