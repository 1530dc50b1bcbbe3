import { ask, type Case, type Request } from "../case.ts";
import { firstEventAt, hugeOrg, size } from "../seed.ts";
import type { World } from "../world.ts";

export function auditCases({ owner, next }: World): Case[] {
  const { token } = owner;
  const read = (filters: string, index: string, follow = false): Case =>
    ask(
      "GET /organizations/:org_id/audit-events",
      `${filters.replace(/=\d{5,}/g, "=…") || "all"}${follow ? ", with a cursor" : ""}`,
      async (): Promise<Request> => ({
        token,
        params: { org_id: hugeOrg },
        query: follow ? await next(owner, `/organizations/${hugeOrg}/audit-events`, filters) : `?${filters}`,
      }),
      [index],
    );
  const both = (filters: string, index: string) => [read(filters, index), read(filters, index, true)];
  const hour = `from=${firstEventAt}&to=${firstEventAt + 3_600_000}`;
  return [
    ...both("", "audit_event_org_index"),
    ...both("actor=5", "audit_event_actor_index"),
    read(`actor=${size.members - 1}`, "audit_event_actor_index"),
    ...both("action=role.created", "audit_event_action_index"),
    read("action=website.deleted", "audit_event_action_index"),
    ...both("actor=5&action=member.created", "audit_event_actor_action_index"),
    ...both(hour, "audit_event_org_index"),
    read(`actor=5&${hour}`, "audit_event_actor_index"),
    read(`action=role.created&${hour}`, "audit_event_action_index"),
    read(`actor=5&action=member.created&${hour}`, "audit_event_actor_action_index"),
  ];
}
