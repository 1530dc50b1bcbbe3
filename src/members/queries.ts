// Statements of an organization's members. What they may see and change, the policies and triggers decide.
import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { patched } from "../db/json.ts";
import { listedMembership, shownMembership } from "../db/memberships.ts";
import { afterIn, inPlace, type Place } from "../db/page.ts";
import { roleNamed } from "../db/role-named.ts";
import { member, role, user } from "../db/schema.ts";
import type { Slice } from "../http/cursor.ts";
import type { ChangeMember } from "./schemas.ts";

type RoleFilter = string | number | undefined;

/** An id, or the name's; of no role: 0, which no row has. */
const roleIdFor = (orgId: number, filter: RoleFilter): SQL | number | null => {
  if (typeof filter !== "string") return filter ?? null;
  return sql`(select app.role_named(${orgId}::integer, ${filter}::text))`;
};

/** By id; one more than `limit` if there are more. Page first: the joins are for these rows alone. */
export const listMembers = (
  orgId: number,
  filter: { role?: RoleFilter; status?: number | undefined },
  { after, limit }: Slice,
) => {
  const roleId = roleIdFor(orgId, filter.role);
  const place: Place = [
    [member.org_id, orgId],
    ...(roleId === null ? [] : [[member.role_id, roleId] as const]),
    ...(filter.status === undefined ? [] : [[member.status, filter.status] as const]),
  ];
  const page = build
    .select()
    .from(member)
    .where(afterIn(place, member.id, after))
    .orderBy(...inPlace(place, member.id))
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
