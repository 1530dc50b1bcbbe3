// Postgres sessions behind the local Neon endpoint: one pool per login. A session returns to its pool only
// after everything a request could have left in it is gone, so no request sees another's state.
import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import { HttpError } from "./neon-errors.ts";
import type { Login, SqlRequest, Statement } from "./neon-request.ts";

export type Upstream = { host: string; port: number; ssl?: boolean | ConnectionOptions };

export const MAX_BYTES = 10 * 1024 * 1024;
const POOL_SIZE = 40;
const IDLE_MS = 60_000;

/** What the rows of one request may still weigh. */
type Budget = { bytes: number };

/** `size`: how many sessions of one login there are at most. */
export function openSessions(upstream: Upstream, { size = POOL_SIZE } = {}) {
  const pools = new Map<string, pg.Pool>();

  function poolFor(login: Login): pg.Pool {
    const key = JSON.stringify([login.user, login.password, login.database]);
    const found = pools.get(key);
    if (found) return found;
    const pool = new pg.Pool({
      ssl: false,
      ...upstream,
      ...login,
      max: size,
      idleTimeoutMillis: IDLE_MS,
    });
    pool.on("error", () => {}); // The server ended an idle session.
    pools.set(key, pool);
    return pool;
  }

  /** Runs a request in a session of its own. When the caller hangs up (`gone`), the query is cancelled. */
  async function run(login: Login, request: SqlRequest, gone: AbortSignal): Promise<object> {
    const client = await poolFor(login).connect();
    let cancelled: Promise<void> | undefined;
    const cancel = () => {
      cancelled = cancelQuery({ ssl: false, ...upstream, ...login }, client);
    };
    gone.addEventListener("abort", cancel, { once: true });
    try {
      return await runIn(client, request);
    } finally {
      gone.removeEventListener("abort", cancel);
      // The answer does not wait for the cleaning. A late cancel must not hit the session's next request.
      void Promise.resolve(cancelled).then(() => clean(client));
    }
  }

  const close = () => Promise.all([...pools.values()].map((pool) => pool.end()));
  return { run, close };
}

async function runIn(client: pg.ClientBase, { begin, statements }: SqlRequest): Promise<object> {
  const budget = { bytes: MAX_BYTES };
  if (begin === null) return runStatement(client, statements[0] as Statement, budget);
  await client.query(begin);
  try {
    const results = [];
    for (const statement of statements) results.push(await runStatement(client, statement, budget));
    await client.query("commit");
    return { results };
  } catch (error) {
    await client.query("rollback").catch(() => {});
    throw error;
  }
}

/** Extended protocol (so one statement per string), untyped text parameters, untouched text results. */
async function runStatement(client: pg.ClientBase, statement: Statement, budget: Budget): Promise<object> {
  const takeText = (text: string) => {
    budget.bytes -= text.length;
    if (budget.bytes < 0) throw new HttpError(507, `response is too large (max is ${MAX_BYTES} bytes)`);
    return text;
  };
  const query = {
    text: statement.query,
    values: statement.params,
    rowMode: "array",
    queryMode: "extended",
    types: { getTypeParser: () => takeText },
  } as unknown as pg.QueryArrayConfig;
  const { fields, command, rowCount, rows } = await client.query<(string | null)[]>(query);
  const asObject = (row: (string | null)[]) =>
    Object.fromEntries(fields.map(({ name }, i) => [name, row[i]]));
  return {
    fields,
    command: command ?? "",
    rowCount,
    rows: statement.arrayMode ? rows : rows.map(asObject),
    rowAsArray: statement.arrayMode,
  };
}

/** What DISCARD ALL does, but that the functions' plans stay: as in production they are made once for a session. */
const reset = `rollback; close all; set session authorization default; reset all; deallocate all; unlisten *;
  select pg_advisory_unlock_all(); discard temp; discard sequences`;

/** A transaction that a lone BEGIN left open, role, settings, prepared statements, cursors, temporary tables, locks: gone. */
async function clean(client: pg.PoolClient): Promise<void> {
  try {
    await client.query(reset);
    client.release();
  } catch {
    client.release(true);
  }
}

async function cancelQuery(config: pg.ClientConfig, client: pg.ClientBase): Promise<void> {
  const { processID } = client as unknown as { processID: number };
  const other = new pg.Client(config);
  try {
    await other.connect();
    await other.query("select pg_cancel_backend($1)", [processID]);
  } catch {
    // Then the query runs to its end.
  } finally {
    await other.end().catch(() => {});
  }
}
