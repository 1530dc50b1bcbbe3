// The audit trail of one organization, newest first.
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import { auditEvent, user } from "../db/schema.ts";
import type { Slice } from "../http/cursor.ts";

type Filters = {
  actor?: number | undefined;
  action?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
};
export type AuditRow = ReturnType<typeof listAuditEvents>["_"]["result"][number];

/**
 * The events before the one of id `after`, in [from, to) of epoch ms; one more than `limit` if there are more. `id`, a
 * later one, may belong to an earlier moment: the order is that of the clock.
 */
export const listAuditEvents = (
  orgId: number,
  { actor, action, from, to }: Filters,
  { after, limit }: Slice,
) => {
  const page = build
    .select()
    .from(auditEvent)
    .where(
      and(
        eq(auditEvent.org_id, orgId),
        actor === undefined ? undefined : eq(auditEvent.actor_id, actor),
        action === undefined ? undefined : eq(auditEvent.action, action),
        from === undefined ? undefined : gte(auditEvent.created_at, from),
        to === undefined ? undefined : lt(auditEvent.created_at, to),
        after === null
          ? undefined
          : sql`(${auditEvent.created_at}, ${auditEvent.id}) <
              (select e.created_at, e.id from ${auditEvent} e where e.id = ${after} and e.org_id = ${orgId})`,
      ),
    )
    .orderBy(desc(auditEvent.created_at), desc(auditEvent.id))
    .limit(limit + 1)
    .as("page");
  return build
    .select({
      id: page.id,
      action: page.action,
      actor_id: page.actor_id,
      // Null for whoever is gone, or not the reader's to see.
      actor_email: user.email,
      session_id: page.session_id,
      target_type: page.target_type,
      target_id: page.target_id,
      website_id: page.website_id,
      before: page.before,
      after: page.after,
      request_id: page.request_id,
      ip: page.ip,
      created_at: page.created_at,
    })
    .from(page)
    .leftJoin(user, eq(user.id, page.actor_id))
    .orderBy(desc(page.created_at), desc(page.id));
};
