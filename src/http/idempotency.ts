// `Idempotency-Key`: which earlier request this one repeats. Kept by the flow functions, in their transaction.
// Bound to endpoint and caller, and to the body by a keyed hash.
import type { Context } from "hono";
import { keyedHashes, sha256 } from "../crypto/hashes.ts";
import { invalidField } from "../errors.ts";
import type { AppEnv } from "./context.ts";

type Incoming = { req: Context["req"]; var: AppEnv["Variables"] };
export type Idempotency = { key: string; fingerprints: string[] };

/**
 * `caller`: the user's id, or the client's address before there is one. `bodyFor` gives what a repeat must share, for
 * this key; a password in it has to be stretched. Errors: 422 for a malformed header.
 */
export async function readIdempotency(
  c: Incoming,
  caller: string,
  bodyFor: (key: string) => Promise<unknown>,
): Promise<Idempotency | null> {
  const header = c.req.header("idempotency-key");
  if (header === undefined) return null;
  if (!/^[\x21-\x7e]{1,255}$/.test(header)) {
    throw invalidField("Idempotency-Key", "must hold 1 to 255 visible ASCII characters");
  }
  const key = await sha256(JSON.stringify([c.req.method, c.req.path, caller, header]));
  const body = JSON.stringify(inOrder(await bodyFor(key)));
  return { key, fingerprints: await keyedHashes(c.var.config.SEALING_KEYS, "idempotency", body) };
}

/** The same value with every object's keys in one order: a client may write them in another the next time. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, inOrder(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
