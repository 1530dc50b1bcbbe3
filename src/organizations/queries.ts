// Statements and flow calls of organizations. What they may see and change, the policies and triggers decide.
import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { build } from "../db/client.ts";
import { patched } from "../db/json.ts";
import { member, organisation, role } from "../db/schema.ts";
import type { Slice } from "../http/cursor.ts";
import type { Idempotency } from "../http/idempotency.ts";
import type { JsonObject } from "../json.ts";
import type { ChangeOrganization } from "./schemas.ts";

export type CreateOutcome = { outcome: "created"; org_id: number } | { outcome: "idempotency_key_reused" };

export const createOrganization = (o: {
  name: string;
  settings: JsonObject;
  personal: boolean;
  idempotency: Idempotency | null;
}) =>
  build.execute<{ outcome: CreateOutcome }>(sql`select app.create_organization(${o.name}::text,
    ${JSON.stringify(o.settings)}::jsonb, ${o.personal}::boolean, ${o.idempotency?.key ?? null}::text,
    ${sql.param(o.idempotency?.fingerprints ?? null)}::text[]) as outcome`);

type Row = Record<
  "id" | "name" | "status" | "personal" | "settings" | "created_at" | "updated_at",
  AnyPgColumn
>;

/** What a list shows: nothing that grows, and what a member without any permission may know. */
const listed = <R extends Row>(row: R) => ({
  id: row.id as R["id"],
  name: row.name as R["name"],
  status: row.status as R["status"],
  personal: row.personal as R["personal"],
  created_at: row.created_at as R["created_at"],
  updated_at: row.updated_at as R["updated_at"],
  role: role.name,
  permissions: role.permissions,
});
const shown = <R extends Row>(row: R) => ({ ...listed(row), settings: row.settings as R["settings"] });

/** The organizations of which this person is an active member, by id; one more than `limit` if there are more. */
export const listOrganizations = (userId: number, { after, limit }: Slice) => {
  const mine = build
    .select({ org_id: member.org_id, role_id: member.role_id })
    .from(member)
    .where(and(eq(member.user_id, userId), eq(member.status, 0), gt(member.org_id, after ?? 0)))
    .orderBy(asc(member.org_id))
    .limit(limit + 1)
    .as("mine");
  return build
    .select(listed(organisation))
    .from(mine)
    .innerJoin(organisation, eq(organisation.id, mine.org_id))
    .innerJoin(role, eq(role.id, mine.role_id))
    .orderBy(asc(organisation.id));
};

/** The organization with the role that this person has in it. */
export const findOrganization = (orgId: number, userId: number) =>
  build
    .select(shown(organisation))
    .from(organisation)
    .innerJoin(member, and(eq(member.org_id, organisation.id), eq(member.user_id, userId)))
    .innerJoin(role, eq(role.id, member.role_id))
    .where(eq(organisation.id, orgId));

/** Merges the settings, replaces the rest; what is not named stays. Answers with the organization as it is then. */
export const changeOrganization = (
  orgId: number,
  userId: number,
  { name, personal, settings = {} }: ChangeOrganization,
) => {
  const changed = build.$with("changed").as(
    build
      .update(organisation)
      .set({
        ...(name !== undefined && { name }),
        ...(personal !== undefined && { personal }),
        settings: patched(organisation.settings, settings),
      })
      .where(eq(organisation.id, orgId))
      .returning(),
  );
  return build
    .with(changed)
    .select(shown(changed))
    .from(changed)
    .innerJoin(member, and(eq(member.org_id, changed.id), eq(member.user_id, userId)))
    .innerJoin(role, eq(role.id, member.role_id));
};

export const deleteOrganization = (orgId: number) =>
  build.delete(organisation).where(eq(organisation.id, orgId)).returning({ id: organisation.id });

export const transferOwnership = (orgId: number, userId: number) =>
  build.execute(sql`select app.transfer_ownership(${orgId}::integer, ${userId}::integer)`);
