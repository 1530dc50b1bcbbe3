// A signed-in request is one batch: enter, authorize, the effect. The first two raise, so that the effect never
// runs for somebody who may not; row-level security then holds whatever the effect forgot to ask.
import { sql } from "drizzle-orm";
import type { BatchResponse } from "drizzle-orm/batch";
import { build, type Database, type Statement } from "./client.ts";

/** Who calls, by a verified access token: whether the session still lives is for the database to say. */
export type Caller = { userId: number; sessionId: number; orgId: number | null; email: string };
/** A request's database and its caller: a signed-in request's `c.var`. */
export type Signed = { db: Database; caller: Caller };
export type Access = "read" | "write" | "delete";

const enter = (db: Database, { sessionId, userId, orgId }: Caller, limits: string) =>
  build.execute(
    sql`select set_config('role', 'app_tenant', true), set_config('app.limits', ${limits}, true) from app.enter(${sessionId}::bigint, ${userId}::integer,
      ${orgId}::integer, ${db.origin.requestId}::text, ${db.origin.ip}::text)`,
  );

/**
 * Runs statements as the caller, in one trip and one transaction. Returns the statements' results, in order.
 * Errors: 401 session_ended, and whatever the statements' rules refuse.
 */
export async function asUser<const T extends readonly Statement[]>(
  { db, caller }: Signed,
  statements: T,
  { access = "write" as Access } = {},
): Promise<BatchResponse<T>> {
  const readOnly = access === "read"; // Then there is nothing to count.
  const limits = readOnly ? "" : await db.limits();
  const [, ...results] = await db.run([enter(db, caller, limits), ...statements], { readOnly });
  return results as BatchResponse<T>;
}

/** What a request names beside the organization: each has to belong to it, or the request ends with 404. */
export type About = {
  userId?: number;
  roleId?: number;
  actorId?: number;
  inviteId?: number;
  websiteId?: number | null;
};

/**
 * The guard before the statements of a request inside one organization; from it on they see that organization alone.
 * `needs`: a permission, or `membership`. With `about.websiteId` (null: any website) the website's guests are let in too.
 * Raises 404 (a stranger, or an id that does not belong there), 403 member_suspended, organization_suspended,
 * permission_missing.
 */
export const authorize = (orgId: number, needs: string, access: Access, about: About = {}) =>
  build.execute(
    sql`select app.authorize(${orgId}::integer, ${needs}::text, ${access}::text, ${aboutJson(about)}::jsonb)`,
  );

/** Locks the caller's own row, before an organization is: for statements that will write their id into another. */
export const holdCaller = () => build.execute(sql`select app.hold_me()`);

export const aboutJson = ({ userId, roleId, actorId, inviteId, websiteId }: About) =>
  JSON.stringify({
    user_id: userId,
    role_id: roleId,
    actor_id: actorId,
    invite_id: inviteId,
    website_id: websiteId,
  });
