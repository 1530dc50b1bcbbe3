// The audit trail: who did what to whom, when and from where. Written by the database; here it is only read.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, insideErrors, type Shown } from "../http/describe.ts";
import { orgParam } from "../http/fields.ts";
import { validatePage, validateParam } from "../http/validate.ts";
import { type auditEvent, auditEventList } from "./answers.ts";
import { type AuditRow, listAuditEvents } from "./queries.ts";
import { auditFilters } from "./schemas.ts";

const describe = describeIn("Audit trail");

const toAuditEvent = ({ id, ...rest }: AuditRow): Shown<typeof auditEvent> => ({ event_id: id, ...rest });

export const audit = new Hono<AppEnv>().get(
  "/organizations/:org_id/audit-events",
  describe("listAuditEvents", "Who did what to whom, when and from where", {
    notes: "Newest first.",
    answers: { 200: auditEventList },
    errors: insideErrors,
  }),
  authenticate,
  validatePage(auditFilters),
  validateParam(orgParam),
  async (c) => {
    const { org_id } = c.req.valid("param");
    const { limit, ...filters } = c.req.valid("query");
    const about = filters.actor === undefined ? {} : { actorId: filters.actor };
    const guard = { orgId: org_id, needs: "audit:read", access: "read", about } as const;
    const { after } = c.var;
    const [rows] = await asMember(c.var, guard, [listAuditEvents(org_id, filters, { after, limit })]);
    return c.json(await page(c, rows, limit, toAuditEvent));
  },
);
