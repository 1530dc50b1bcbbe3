// Statements of an organization's roles. What they may see and change, the policies and triggers decide.
import { and, eq, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { afterIn, inPlace } from "../db/page.ts";
import { role } from "../db/schema.ts";
import { type About, aboutJson } from "../db/tenant.ts";
import type { Slice } from "../http/cursor.ts";
import type { ChangeRole, CreateRole } from "./schemas.ts";

const columns = {
  id: role.id,
  org_id: role.org_id,
  name: role.name,
  description: role.description,
  scope: role.scope,
  permissions: role.permissions,
  system: role.system,
  created_at: role.created_at,
  updated_at: role.updated_at,
};
export type RoleRow = ReturnType<typeof listRoles>["_"]["result"][number];

/** By id; one more than `limit` if there are more. */
export const listRoles = (orgId: number, { after, limit }: Slice) =>
  build
    .select(columns)
    .from(role)
    .where(afterIn([[role.org_id, orgId]], role.id, after))
    .orderBy(...inPlace([[role.org_id, orgId]], role.id))
    .limit(limit + 1);

/** Each once, in one order. */
const inOrder = (permissions: string[]) => [...new Set(permissions)].sort();

/**
 * By hand, since Drizzle's `insert` names every column, and `system` is not the tenants' to write. Errors: 403
 * role_above_own, 409 role_name_taken, 422 for permissions that the scope does not know.
 */
export const insertRole = (orgId: number, { name, description, scope, permissions }: CreateRole) =>
  build.execute<{ outcome: RoleRow }>(sql`with made as (
      insert into ${role} (org_id, name, description, scope, permissions)
      values (${orgId}, ${name}, ${description}, ${scope}, ${sql.param(inOrder(permissions))}::text[]) returning *)
    select to_jsonb(made) as outcome from made`);

/** What is not named stays. Errors as above, 409 system_role, and role_in_use for the scope of a role that is held. */
export const changeRole = (orgId: number, roleId: number, { name, permissions, ...change }: ChangeRole) =>
  build
    .update(role)
    // Without any change, the name stays what it is.
    .set({
      ...change,
      ...(permissions && { permissions: inOrder(permissions) }),
      name: name ?? sql`${role.name}`,
    })
    .where(and(eq(role.org_id, orgId), eq(role.id, roleId)))
    .returning(columns);

/** Errors: 403 role_above_own, 409 system_role, role_in_use. */
export const deleteRole = (orgId: number, roleId: number) =>
  build
    .delete(role)
    .where(and(eq(role.org_id, orgId), eq(role.id, roleId)))
    .returning({ id: role.id });

export const mayCaller = (orgId: number, permission: string, about: About) =>
  build.execute<{ outcome: boolean }>(
    sql`select app.may(${orgId}::integer, ${permission}::text, ${aboutJson(about)}::jsonb) as outcome`,
  );
