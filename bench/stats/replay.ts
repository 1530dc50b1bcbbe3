// A batch that the Worker sent, sent again: as the service login, in a session as clean as Neon's proxy hands it out.
import type pg from "pg";
import type { SqlRequest } from "../../local/neon-request.ts";
import { send } from "../client.ts";
import type { Tap } from "../tap.ts";

export type Outcome = { rows?: Record<string, unknown>[] };

/** What a request asks of the database, in its one trip. */
export async function batchOf(
  { tap, url }: { tap: Tap; url: string },
  path: string,
  token: string,
): Promise<SqlRequest> {
  const batches: SqlRequest[] = [];
  const look = (batch: SqlRequest) => void batches.push(batch);
  await tap.during(look, () => send(url, "GET", path, undefined, token));
  const [batch, ...others] = batches;
  if (!batch || others.length > 0) throw new Error(`${path} took ${batches.length} trips`);
  return batch;
}

/** Answers with the milliseconds from its begin to its commit, and what its last statement returned. */
export async function replay(
  client: pg.ClientBase,
  { begin, statements }: SqlRequest,
): Promise<{ ms: number; outcome: Outcome }> {
  let last: pg.QueryResult<{ outcome: Outcome }> | undefined;
  const began = performance.now();
  try {
    await client.query(begin ?? "begin");
    for (const { query, params } of statements) last = await client.query(query, params);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
  const ms = performance.now() - began;
  await client.query("discard all");
  return { ms, outcome: last?.rows[0]?.outcome ?? {} };
}
