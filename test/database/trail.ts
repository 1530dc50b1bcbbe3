// What the audit trail tells of something that was done.
import type pg from "pg";
import type { Person } from "./tenants.ts";

export type Line = {
  org_id: number | null;
  actor_id: number | null;
  session_id: string | null;
  action: string;
  target_type: string;
  target_id: number;
  website_id: number | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  request_id: string;
  ip: string;
};

/** The lines that `work` wrote, by action and target; the clock and the ids aside. */
export async function toldOf(owner: pg.Client, work: () => Promise<unknown>): Promise<Line[]> {
  const { rows: last } = await owner.query("select coalesce(max(id), 0) as id from audit_event");
  await work();
  const { rows } = await owner.query<Line>(
    `select org_id, actor_id, session_id, action, target_type, target_id, website_id, before, after, request_id, ip
      from audit_event where id > $1 order by action, target_id, id`,
    [last[0].id],
  );
  return rows;
}

/** "member.deleted of 7", sorted. */
export const summary = (lines: Line[]) => lines.map((line) => `${line.action} of ${line.target_id}`).sort();

/** Where a line says that its cause came from. */
export const fromRequestOf = ({ userId, sessionId }: Person) => ({
  actor_id: userId,
  session_id: String(sessionId),
  request_id: "request",
  ip: "192.0.2.1",
});
export const byHand = { actor_id: null, session_id: null, request_id: "", ip: "" };
