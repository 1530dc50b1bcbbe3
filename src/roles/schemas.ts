import * as z from "zod";
import { bodyId, displayName, pathId } from "../http/fields.ts";
import { everyPermission, isPermission, type Permission, websitePermissions } from "../permissions.ts";

export const roleParam = z.object({ org_id: pathId, role_id: pathId });

const permission = z
  .string()
  .refine(isPermission, "is not a permission")
  .meta({ enum: everyPermission }) as z.ZodType<string> as z.ZodType<Permission, Permission>;

const permissions = z
  .array(permission, "must be a list of permissions")
  .max(100, "must hold at most 100 permissions");
const name = displayName.refine((text) => !/^\d+$/.test(text), "must not be digits alone, which are an id");
const description = z
  .string()
  .trim()
  .refine((text) => [...text].length <= 500, "must hold at most 500 characters");
type Scope = "organization" | "website";
const scope = z.enum(["organization", "website"], "must be organization or website");

/** Before the database says so (for a change of one of the two only it knows the other). */
function fitScope(
  body: { scope?: Scope | undefined; permissions?: Permission[] | undefined },
  context: z.RefinementCtx,
) {
  if (body.scope !== "website" || !body.permissions) return;
  for (const [index, one] of body.permissions.entries()) {
    if (websitePermissions.has(one)) continue;
    context.addIssue({
      code: "custom",
      path: ["permissions", index],
      message: "is not a permission of a website",
    });
  }
}

export const createRoleBody = z
  .strictObject({ name, description: description.default(""), scope, permissions })
  .superRefine(fitScope);
export type CreateRole = z.infer<typeof createRoleBody>;

export const changeRoleBody = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    scope: scope.optional(),
    permissions: permissions.optional(),
  })
  .superRefine(fitScope);
export type ChangeRole = z.infer<typeof changeRoleBody>;

export const checkPermissionBody = z.strictObject({
  org_id: bodyId,
  website_id: bodyId.optional(),
  permission,
});
export type CheckPermission = z.infer<typeof checkPermissionBody>;
