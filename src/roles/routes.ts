// Roles, the named sets of permissions of one organization, and what the caller's own allows.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, insideErrors, type Shown } from "../http/describe.ts";
import { orgParam } from "../http/fields.ts";
import { found } from "../http/found.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { permissionCheck, role, roleList } from "./answers.ts";
import { checkPermission } from "./check-permission.ts";
import { changeRole, deleteRole, insertRole, listRoles, type RoleRow } from "./queries.ts";
import { changeRoleBody, checkPermissionBody, createRoleBody, roleParam } from "./schemas.ts";

const describe = describeIn("Roles and permissions");

const toRole = (row: RoleRow): Shown<typeof role> => ({
  role_id: row.id,
  org_id: row.org_id,
  name: row.name,
  description: row.description,
  scope: row.scope,
  permissions: row.permissions,
  system: row.system,
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const roles = new Hono<AppEnv>()
  .get(
    "/organizations/:org_id/roles",
    describe("listRoles", "List roles", { answers: { 200: roleList }, errors: insideErrors }),
    authenticate,
    validatePage({}),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const { limit } = c.req.valid("query");
      const guard = { orgId: org_id, needs: "role:read", access: "read" } as const;
      const [rows] = await asMember(c.var, guard, [listRoles(org_id, { after: c.var.after, limit })]);
      return c.json(await page(c, rows, limit, toRole));
    },
  )

  .post(
    "/organizations/:org_id/roles",
    describe("createRole", "Create a role", {
      answers: { 201: role },
      errors: [...insideErrors, "role_above_own", "role_name_taken"],
    }),
    authenticate,
    validateJson(createRoleBody),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const guard = { orgId: org_id, needs: "role:create", access: "write" } as const;
      const [result] = await asMember(c.var, guard, [insertRole(org_id, c.req.valid("json"))]);
      return c.json(toRole(outcomeOf(result)), 201);
    },
  )

  .patch(
    "/organizations/:org_id/roles/:role_id",
    describe("changeRole", "Change a role", {
      notes: "Of the five system roles only the description.",
      answers: { 200: role },
      errors: [
        ...insideErrors,
        "role_above_own",
        "owner_required",
        "system_role",
        "role_name_taken",
        "role_in_use",
      ],
    }),
    authenticate,
    validateJson(changeRoleBody),
    validateParam(roleParam),
    async (c) => {
      const { org_id, role_id } = c.req.valid("param");
      const about = { roleId: role_id };
      const guard = { orgId: org_id, needs: "role:update", access: "write", about } as const;
      const [rows] = await asMember(c.var, guard, [changeRole(org_id, role_id, c.req.valid("json"))]);
      return c.json(toRole(found(rows)));
    },
  )

  .delete(
    "/organizations/:org_id/roles/:role_id",
    describe("deleteRole", "Delete a role", {
      answers: { 204: null },
      errors: [...insideErrors, "role_above_own", "owner_required", "system_role", "role_in_use"],
    }),
    authenticate,
    validateNothing,
    validateParam(roleParam),
    async (c) => {
      const { org_id, role_id } = c.req.valid("param");
      const about = { roleId: role_id };
      const guard = { orgId: org_id, needs: "role:delete", access: "write", about } as const;
      const [rows] = await asMember(c.var, guard, [deleteRole(org_id, role_id)]);
      found(rows);
      return c.body(null, 204);
    },
  )

  // Live, unlike the permissions in a token: for other services to ask in the person's name. `Permissions.check` is its twin.
  .post(
    "/permissions/check",
    describe("checkPermission", "May the caller do this, there, now?", {
      notes: "Live, unlike the permissions in a token: for other services to ask in the person's name.",
      answers: { 200: permissionCheck },
      errors: ["not_found", "member_suspended", "organization_suspended"],
    }),
    authenticate,
    validateJson(checkPermissionBody),
    async (c) => c.json({ allowed: await checkPermission(c.var, c.req.valid("json")) }),
  );
