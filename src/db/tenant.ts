// A signed-in request is one batch: enter, authorize, the effect. The first two raise, so that the effect never
// runs for somebody who may not; row-level security then holds whatever the effect forgot to ask.
import { sql } from "drizzle-orm";
import type { BatchResponse } from "drizzle-orm/batch";
import { build, type Database, type Statement } from "./client.ts";

/** Who calls, by a verified access token: whether the session still lives is for the database to say. */
export type Caller = { userId: number; sessionId: number; orgId: number | null; email: string };
export type Access = "read" | "write" | "delete";

const enter = (db: Database, { sessionId, userId, orgId }: Caller) =>
  build.execute(
    sql`select set_config('role', 'app_tenant', true) from app.enter(${sessionId}::bigint, ${userId}::integer,
      ${orgId}::integer, ${db.origin.requestId}::text, ${db.origin.ip}::text)`,
  );

const authorize = (orgId: number, permission: string, access: Access) =>
  build.execute(sql`select app.authorize(${orgId}::integer, ${permission}::text, ${access}::text)`);

/**
 * Runs statements as the caller, in one trip and one transaction. Returns the statements' results, in order.
 * Errors: 401 session_ended, and whatever the statements' rules refuse.
 */
export async function asUser<const T extends readonly Statement[]>(
  db: Database,
  caller: Caller,
  statements: T,
  { access = "write" as Access } = {},
): Promise<BatchResponse<T>> {
  const [, ...results] = await db.run([enter(db, caller), ...statements], { readOnly: access === "read" });
  return results as BatchResponse<T>;
}

/**
 * Runs statements as the caller inside one organization, which is all that they then see. Errors: 401
 * session_ended; 404 when the caller is no member (or the token names another organization); 403
 * member_suspended, organization_suspended, permission_missing.
 */
export async function asMember<const T extends readonly Statement[]>(
  db: Database,
  caller: Caller,
  { orgId, needs, access }: { orgId: number; needs: string; access: Access },
  statements: T,
): Promise<BatchResponse<T>> {
  const guarded = [enter(db, caller), authorize(orgId, needs, access), ...statements];
  const [, , ...results] = await db.run(guarded, { readOnly: access === "read" });
  return results as BatchResponse<T>;
}
