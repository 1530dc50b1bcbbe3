// Cursors: where a list goes on. Opaque, and authenticated for the path, the filters and the caller they were
// issued to, so that one cannot be forged or carried into another list.
import type { Context } from "hono";
import { base64url } from "jose";
import { keyedHash, keyedHashes } from "../crypto/hashes.ts";
import { AppError } from "../errors.ts";
import type { SignedInEnv } from "./context.ts";

/** Where a row stands in its list: its id, or the values that the list is ordered by. */
export type Key = number | readonly (string | number)[];
/** Which part of a list by id: what comes after one (null: its beginning), and how much of it. */
export type Slice = { after: number | null; limit: number };
type Page<Row> = { data: Row[]; next_cursor: string | null };

/** Where to go on after, null to begin. Errors: 400 invalid_cursor. */
export async function readCursor(c: Context<SignedInEnv>, cursor: string | undefined): Promise<Key | null> {
  if (cursor === undefined) return null;
  const [after = "", signature, ...rest] = cursor.split(".");
  const expected = await keyedHashes(c.var.config.SEALING_KEYS, "cursor", scopeOf(c, after));
  if (!signature || rest.length > 0 || !expected.includes(signature)) throw new AppError("invalid_cursor");
  return JSON.parse(new TextDecoder().decode(base64url.decode(after))); // Ours, as `writeCursor` made it.
}

/**
 * The answer of a list by id: `rows` in the list's order, one more than `limit` when there are more. `resumeAfter`: where to
 * go on although these are all, of a search that stopped for now.
 */
export const page = <Row extends { id: number }, Item>(
  c: Context<SignedInEnv>,
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
  resumeAfter: number | null = null,
): Promise<Page<Item>> => pageBy(({ id }) => id, c, rows, limit, toItem, resumeAfter);

/** The same of a list in another order: `keyOf` tells what `c.var.afterKey` holds for the page after a row. */
export async function pageBy<Row, Item>(
  keyOf: (row: Row) => Key,
  c: Context<SignedInEnv>,
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
  resumeAfter: Key | null = null,
): Promise<Page<Item>> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const after = rows.length > limit && last !== undefined ? keyOf(last) : resumeAfter;
  return { data: shown.map(toItem), next_cursor: after === null ? null : await writeCursor(c, after) };
}

async function writeCursor(c: Context<SignedInEnv>, last: Key): Promise<string> {
  const after = base64url.encode(JSON.stringify(last));
  const key = c.var.config.SEALING_KEYS[0];
  if (!key) throw new Error("there is no sealing key");
  return `${after}.${await keyedHash(key, "cursor", scopeOf(c, after))}`;
}

function scopeOf(c: Context<SignedInEnv>, after: string): string {
  const { pathname, searchParams } = new URL(c.req.url);
  const filters = [...searchParams].filter(([key]) => key !== "cursor" && key !== "limit").sort();
  const { userId, orgId } = c.var.caller;
  return JSON.stringify([pathname, filters, userId, orgId, after]);
}
