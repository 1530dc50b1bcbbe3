// The columns that many tables share. Ids are integers, instants epoch milliseconds, JSON columns bounded objects.
import { type SQL, sql } from "drizzle-orm";
import { bigint, check, integer, jsonb } from "drizzle-orm/pg-core";
import type { JsonObject } from "../json.ts";

export const nowMs = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
export const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
export const bigId = () => bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
export const instant = () => bigint({ mode: "number" });
export const json = () => jsonb().$type<JsonObject>().notNull().default({});
export const stamps = () => ({
  created_at: instant().notNull().default(nowMs),
  updated_at: instant().notNull().default(nowMs),
});
export const status = () => integer().notNull().default(0);
/** Which of the five system roles it is (`app.system_role_of`, kept by a trigger), null for an organization's own. */
export const systemRole = () => integer();

/** Keeps a JSON column an object of at most 64 KiB, so that merging patches cannot grow it without end. */
export const boundedJson = (name: string, column: SQL) =>
  check(name, sql`jsonb_typeof(${column}) = 'object' and octet_length(${column}::text) <= 65536`);
