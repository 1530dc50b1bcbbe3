// Answers of the audit trail.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { anId, epochMs, listOf, someObject } from "../http/shapes.ts";

export const auditEvent = shape("AuditEvent", () =>
  z.object({
    event_id: anId(),
    action: z.string().meta({ description: "Such as `member.updated`." }),
    actor_id: anId().nullable().meta({ description: "null: nobody who was signed in." }),
    actor_email: z.string().nullable().meta({ description: "null: gone, or not the reader's to see." }),
    session_id: anId().nullable(),
    target_type: z.string(),
    target_id: z.int(),
    website_id: anId().nullable(),
    before: someObject().nullable(),
    after: someObject().nullable(),
    request_id: z.string(),
    ip: z.string(),
    created_at: epochMs(),
  }),
);
export const auditEventList = listOf("AuditEvent", auditEvent);
