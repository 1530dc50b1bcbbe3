// Statements and flow calls of websites and their members. What they may see and change, the policies and triggers decide.
import { and, asc, eq, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { patched } from "../db/json.ts";
import { listedMembership, shownMembership } from "../db/memberships.ts";
import { afterIn, inPlace, type Place } from "../db/page.ts";
import { roleNamed } from "../db/role-named.ts";
import { role, user, website, websiteMember } from "../db/schema.ts";
import type { Slice } from "../http/cursor.ts";
import type { Idempotency } from "../http/idempotency.ts";
import type { ChangeWebsite, ChangeWebsiteMember, CreateWebsite } from "./schemas.ts";

export type CreateOutcome =
  | { outcome: "created"; website_id: number }
  | { outcome: "idempotency_key_reused" };

export const createWebsite = (
  orgId: number,
  { name, url, settings }: CreateWebsite,
  idempotency: Idempotency | null,
) =>
  build.execute<{ outcome: CreateOutcome }>(sql`select app.create_website(${orgId}::integer, ${name}::text,
    ${url}::text, ${JSON.stringify(settings)}::jsonb, ${idempotency?.key ?? null}::text,
    ${sql.param(idempotency?.fingerprints ?? null)}::text[]) as outcome`);

/**
 * What a list shows: nothing that grows, so that 200 of them are an answer. The organization's name is all that a guest
 * learns of it; it is asked once, however many rows there are.
 */
const listed = (orgId: number) => ({
  id: website.id,
  org_id: website.org_id,
  organization: sql<string>`(select app.organization_name(${orgId}::integer))`,
  name: website.name,
  url: website.url,
  created_at: website.created_at,
  updated_at: website.updated_at,
});
export type ListedWebsite = ReturnType<typeof listWebsites>["_"]["result"][number];
export type WebsiteRow = ReturnType<typeof findWebsite>["_"]["result"][number];

/** Those that the caller may read, by id; one more than `limit` if there are more. */
export const listWebsites = (orgId: number, { after, limit }: Slice) =>
  build
    .select(listed(orgId))
    .from(sql`app.website_page(${orgId}::integer, ${after ?? 0}::integer, ${limit + 1}::integer) page (id)`)
    .innerJoin(website, sql`${website.id} = page.id`)
    .orderBy(asc(website.id));

const place = (orgId: number, websiteId: number) => and(eq(website.org_id, orgId), eq(website.id, websiteId));

export const findWebsite = (orgId: number, websiteId: number) =>
  build
    .select({ ...listed(orgId), settings: website.settings })
    .from(website)
    .where(place(orgId, websiteId));

/** Merges the settings, replaces the rest; what is not named stays. */
export const changeWebsite = (
  orgId: number,
  websiteId: number,
  { name, url, settings = {} }: ChangeWebsite,
) =>
  build
    .update(website)
    .set({
      ...(name !== undefined && { name }),
      ...(url !== undefined && { url }),
      settings: patched(website.settings, settings),
    })
    .where(place(orgId, websiteId))
    .returning({ ...listed(orgId), settings: website.settings });

export const deleteWebsite = (orgId: number, websiteId: number) =>
  build.delete(website).where(place(orgId, websiteId)).returning({ id: website.id });

export type ListedWebsiteMember = ReturnType<typeof listWebsiteMembers>["_"]["result"][number];
export type WebsiteMemberRow = ReturnType<typeof changeWebsiteMember>["_"]["result"][number];

/** By id; one more than `limit` if there are more. Page first: the joins are for these rows alone. */
export const listWebsiteMembers = (orgId: number, websiteId: number, { after, limit }: Slice) => {
  const place: Place = [
    [websiteMember.website_id, websiteId],
    [websiteMember.org_id, orgId],
  ];
  const page = build
    .select()
    .from(websiteMember)
    .where(afterIn(place, websiteMember.id, after))
    .orderBy(...inPlace(place, websiteMember.id))
    .limit(limit + 1)
    .as("page");
  return build
    .select({ ...listedMembership(page), website_id: page.website_id })
    .from(page)
    .innerJoin(user, eq(user.id, page.user_id))
    .innerJoin(role, eq(role.id, page.role_id))
    .orderBy(asc(page.id));
};

const memberPlace = (websiteId: number, userId: number) =>
  and(eq(websiteMember.website_id, websiteId), eq(websiteMember.user_id, userId));

/** Merges the settings, replaces the rest; what is not named stays. Answers with the member as it is then. */
export const changeWebsiteMember = (
  { orgId, websiteId, userId }: { orgId: number; websiteId: number; userId: number },
  { role: newRole, status, settings = {} }: ChangeWebsiteMember,
) => {
  const changed = build.$with("changed").as(
    build
      .update(websiteMember)
      .set({
        ...(newRole !== undefined && { role_id: roleNamed(orgId, newRole, "website") }),
        ...(status !== undefined && { status }),
        settings: patched(websiteMember.settings, settings),
      })
      .where(memberPlace(websiteId, userId))
      .returning(),
  );
  return build
    .with(changed)
    .select({ ...shownMembership(changed), website_id: changed.website_id })
    .from(changed)
    .innerJoin(user, eq(user.id, changed.user_id))
    .innerJoin(role, eq(role.id, changed.role_id));
};

export const deleteWebsiteMember = (websiteId: number, userId: number) =>
  build.delete(websiteMember).where(memberPlace(websiteId, userId)).returning({ id: websiteMember.id });
