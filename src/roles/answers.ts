// Answers of roles.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { anId, epochMs, listOf, roleScope } from "../http/shapes.ts";

export const role = shape("Role", () =>
  z.object({
    role_id: anId(),
    org_id: anId(),
    name: z.string(),
    description: z.string(),
    scope: roleScope(),
    permissions: z.array(z.string()),
    system: z.boolean().meta({ description: "One of the five that every organization has." }),
    created_at: epochMs(),
    updated_at: epochMs(),
  }),
);
export const roleList = listOf("Role", role);

export const permissionCheck = shape("PermissionCheck", () => z.object({ allowed: z.boolean() }));
