import * as z from "zod";
import { moment, pathId } from "../http/fields.ts";

export const auditFilters = {
  actor: pathId.optional().meta({ description: "The id of whoever did it." }),
  action: z
    .string()
    .min(1, "must hold 1 to 80 characters")
    .max(80, "must hold 1 to 80 characters")
    .optional()
    .meta({ description: "Such as `member.updated`." }),
  from: moment.optional().meta({ description: "Then or later: epoch milliseconds, or ISO 8601." }),
  to: moment.optional().meta({ description: "Before: epoch milliseconds, or ISO 8601." }),
};
