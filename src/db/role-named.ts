// The role that a request names, by name or id, as a value of the statement that gives it to somebody.
import { sql } from "drizzle-orm";

/** Errors: 404 for an id, 422 for a name that is not there; 422 for a role of the other scope. */
export const roleNamed = (orgId: number, role: string | number, scope: "organization" | "website") =>
  sql`app.role_for(${orgId}::integer, ${JSON.stringify(role)}::jsonb, ${scope}::text)`;
