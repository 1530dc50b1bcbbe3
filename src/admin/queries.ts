// Flow calls of platform admins. Each asks for that power itself: no policy shows, or lets them change, anything more.
import { sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import type { Slice } from "../http/cursor.ts";
import type { Status } from "../http/fields.ts";

export type OrganizationRow = {
  id: number;
  name: string;
  status: number;
  personal: boolean;
  created_at: number;
  updated_at: number;
};
export type UserRow = {
  id: number;
  email: string;
  name: string | null;
  email_verified: boolean;
  status: number;
  platform_admin: boolean;
  created_at: number;
  updated_at: number;
};

type Filters = { q?: string | undefined; status?: number | undefined };
/** At most `limit` rows; `resume_after`: there are more, or the search stopped for now. */
type Found<Row> = { rows: Row[]; resume_after: number | null };

/** By a part of the name; digits find the id too. */
export const findOrganizations = ({ q, status }: Filters, { after, limit }: Slice) =>
  build.execute<{ outcome: Found<OrganizationRow> }>(sql`select app.find_organizations(${q ?? null}::text,
    ${status ?? null}::integer, ${after}::integer, ${limit}::integer) as outcome`);

/** By a part of address or name; digits find the id too, and a whole address that person alone. */
export const findUsers = ({ q, status }: Filters, { after, limit }: Slice) =>
  build.execute<{ outcome: Found<UserRow> }>(sql`select app.find_users(${q ?? null}::text,
    ${status ?? null}::integer, ${after}::integer, ${limit}::integer) as outcome`);

const codes: Record<Status, number> = { active: 0, suspended: 1 };

/** Answers with the organization as it is then. */
export const setOrganizationStatus = (orgId: number, status: Status) =>
  build.execute<{ outcome: OrganizationRow }>(
    sql`select app.set_organization_status(${orgId}::integer, ${codes[status]}::integer) as outcome`,
  );

/** Answers with the person as they are then, or with the organizations that depend on them. */
export const setUserStatus = (userId: number, status: Status, withOrganizations: boolean) =>
  build.execute<{ outcome: { user: UserRow } | { sole_owner_of: { org_id: number; name: string }[] } }>(
    sql`select app.set_user_status(${userId}::integer, ${codes[status]}::integer,
      ${withOrganizations}::boolean) as outcome`,
  );
