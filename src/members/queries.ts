// Statements of an organization's members. What they may see and change, the policies and triggers decide.
import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { patched } from "../db/json.ts";
import { listedMembership, shownMembership } from "../db/memberships.ts";
import { roleNamed } from "../db/role-named.ts";
import { member, role, user } from "../db/schema.ts";
import type { Slice } from "../http/cursor.ts";
import type { ChangeMember } from "./schemas.ts";

type RoleFilter = string | number | undefined;

/** An id, or the name's; of no role: 0, which no row has. */
const roleIdFor = (orgId: number, filter: RoleFilter): SQL | number | null => {
  if (typeof filter !== "string") return filter ?? null;
  return sql`coalesce((select id from ${role} where org_id = ${orgId} and lower(name) = lower(${filter})), 0)`;
};

/** By id; one more than `limit` if there are more. Page first: the joins are for these rows alone. */
export const listMembers = (
  orgId: number,
  filter: { role?: RoleFilter; status?: number | undefined },
  { after, limit }: Slice,
) => {
  const roleId = roleIdFor(orgId, filter.role);
  const page = build
    .select()
    .from(member)
    .where(
      and(
        eq(member.org_id, orgId),
        gt(member.id, after ?? 0),
        roleId === null ? undefined : sql`${member.role_id} = ${roleId}`,
        filter.status === undefined ? undefined : eq(member.status, filter.status),
      ),
    )
    .orderBy(asc(member.id))
    .limit(limit + 1)
    .as("page");
  return build
    .select(listedMembership(page))
    .from(page)
    .innerJoin(user, eq(user.id, page.user_id))
    .innerJoin(role, eq(role.id, page.role_id))
    .orderBy(asc(page.id));
};

export type FoundMembers = {
  rows: ReturnType<typeof listMembers>["_"]["result"];
  resume_after: number | null;
};

/**
 * The same, by a part of address or name, or by several filters: a page may come short of `limit` and say where to go
 * on. A whole address finds that person alone.
 */
export const findMembers = (
  orgId: number,
  filter: { role?: RoleFilter; status?: number | undefined; q?: string | undefined },
  { after, limit }: Slice,
) =>
  build.execute<{ outcome: FoundMembers }>(sql`select app.find_members(${orgId}::integer,
    ${roleIdFor(orgId, filter.role)}::integer, ${filter.status ?? null}::integer, ${filter.q ?? null}::text,
    ${after}::integer, ${limit}::integer) as outcome`);

export const findMember = (orgId: number, userId: number) =>
  build
    .select(shownMembership(member))
    .from(member)
    .innerJoin(user, eq(user.id, member.user_id))
    .innerJoin(role, eq(role.id, member.role_id))
    .where(and(eq(member.org_id, orgId), eq(member.user_id, userId)));

/** Merges the settings, replaces the rest; what is not named stays. Answers with the member as it is then. */
export const changeMember = (
  orgId: number,
  userId: number,
  { role: newRole, status, settings = {} }: ChangeMember,
) => {
  const changed = build.$with("changed").as(
    build
      .update(member)
      .set({
        ...(newRole !== undefined && { role_id: roleNamed(orgId, newRole, "organization") }),
        ...(status !== undefined && { status }),
        settings: patched(member.settings, settings),
      })
      .where(and(eq(member.org_id, orgId), eq(member.user_id, userId)))
      .returning(),
  );
  return build
    .with(changed)
    .select(shownMembership(changed))
    .from(changed)
    .innerJoin(user, eq(user.id, changed.user_id))
    .innerJoin(role, eq(role.id, changed.role_id));
};

export const deleteMember = (orgId: number, userId: number) =>
  build
    .delete(member)
    .where(and(eq(member.org_id, orgId), eq(member.user_id, userId)))
    .returning({ id: member.id });
