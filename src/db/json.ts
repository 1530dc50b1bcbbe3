// JSON columns in statements.
import { type AnyColumn, sql } from "drizzle-orm";
import type { JsonObject } from "../json.ts";

/** A column with a patch merged into it at its top level; null removes a key. */
export const patched = (column: AnyColumn, patch: JsonObject) =>
  sql`app.merge_patch(${column}, ${JSON.stringify(patch)}::jsonb)`;

/** The name in a person's profile, as lists show it: a profile itself may be large. */
export const nameOf = (profile: AnyColumn) => sql<string | null>`left(${profile} ->> 'name', 200)`;
