// Calls of the statistics' functions (rules/2-flows/statistics), which see to it that callers count only what is theirs.
import { sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import type { Filters, GrowthFilters, Range } from "./schemas.ts";

type AfterKey = readonly (string | number)[];
type Counted<Row> = { outcome: { rows: Row[]; resume_after?: number | null } };

export type RoleRow = { role: string; scope: "organization" | "website"; user_count: number };
export type OrgRow = { org_id: number; organization: string; member_count: number };
export type OrgRoleRow = RoleRow & { org_id: number; organization: string; role_id: number };
export type GrowthRow = { start: number; joined: number; left: number; total: number };

/** One row more than `limit` if there are more, of each of these. */
export const countRoleWise = (filters: Filters, [role, scope]: AfterKey, limit: number) =>
  build.execute<Counted<RoleRow>>(sql`select app.role_wise_users(${counted(filters)},
    ${role ?? null}::text, ${scope ?? null}::text, ${limit}::integer) as outcome`);

export const countOrgWise = (filters: Filters, after: number | null, limit: number) =>
  build.execute<Counted<OrgRow>>(sql`select app.org_wise_members(${counted(filters)},
    ${after}::integer, ${limit}::integer) as outcome`);

export const countOrgRoleWise = (filters: Filters, [orgId, roleId]: AfterKey, limit: number) =>
  build.execute<Counted<OrgRoleRow>>(sql`select app.org_role_wise_users(${counted(filters)},
    ${orgId ?? null}::integer, ${roleId ?? null}::integer, ${limit}::integer) as outcome`);

/** All of them. */
export const growth = ({ org_id, interval, tz, status }: GrowthFilters, { from, to }: Range) =>
  build.execute<
    Counted<GrowthRow>
  >(sql`select app.membership_growth(${org_id ?? null}::integer, ${interval}::text,
    ${tz}::text, ${from ?? null}::bigint, ${to ?? null}::bigint, ${status ?? null}::integer) as outcome`);

const counted = ({ org_id, from, to, status }: Filters) =>
  sql`${org_id ?? null}::integer, ${from ?? null}::bigint, ${to ?? null}::bigint, ${status ?? null}::integer`;
