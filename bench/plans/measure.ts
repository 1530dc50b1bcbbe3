// One request's batch, run as the service login in a transaction of its own that is rolled back: what each statement
// read, through which indexes, and how long it took. Postgres counts for each table and index what a session reads of
// it, so reads inside functions, policies and triggers are seen too.
import pg from "pg";
import type { SqlRequest, Statement } from "../../local/neon-request.ts";

export type Read = {
  /** `select member`; or the function that is called. */
  name: string;
  /** A step before the effect: entering, and the guard of an organization. */
  isGuard: boolean;
  /** Rows of tables read one after the other, and entries of indexes. */
  rows: number;
  /** Pages of tables and indexes, which tell what was looked at and passed over, too. */
  pages: number;
  /** Tables read one row after the other, from their beginning. */
  scanned: string[];
  /** Of a statement on tables those in its own plan, of a called function all that it read. */
  indexes: string[];
  ms: number;
  error?: string;
};

/** `custom`: every execution planned for its values, `generic`: for any, as a session does once it has seen a few. */
export const planModes = ["custom", "generic"] as const;
export type PlanMode = (typeof planModes)[number];

type PlanNode = { "Index Name"?: string; Plans?: PlanNode[] };
type Explained = { Plan: PlanNode; "Planning Time": number; "Execution Time": number };
type Counter = { name: string; is_index: boolean; scans: number; rows: number; pages: number };

export async function measure(
  client: pg.Client,
  { begin, statements }: SqlRequest,
  mode: PlanMode,
): Promise<Read[]> {
  await client.query(begin ?? "begin");
  try {
    await client.query(`set local plan_cache_mode = force_${mode}_plan`);
    await client.query("savepoint start");
    const reads: Read[] = [];
    let before = await countersOf(client);
    for (const statement of statements) {
      const explained = await explain(client, statement);
      const refused = explained instanceof pg.DatabaseError;
      // What was read before a refusal stays counted.
      if (refused) await client.query("rollback to savepoint start");
      const after = await countersOf(client);
      reads.push(toRead(statement.query, explained, difference(before, after)));
      if (refused) break;
      before = after;
    }
    return reads;
  } finally {
    await client.query("rollback");
  }
}

async function explain(
  client: pg.Client,
  { query, params }: Statement,
): Promise<Explained | pg.DatabaseError> {
  try {
    const { rows } = await client.query(`explain (analyze, buffers, format json) ${query}`, params);
    return rows[0]["QUERY PLAN"][0];
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error;
    throw error;
  }
}

/** What this session has read of each table and index, since the server last took stock of it. */
async function countersOf(client: pg.Client): Promise<Map<string, Counter>> {
  const { rows } = await client.query<Counter>(`
    select relname as name, relkind = 'i' as is_index, pg_stat_get_xact_numscans(oid)::integer as scans,
      pg_stat_get_xact_tuples_returned(oid)::integer as rows, pg_stat_get_xact_blocks_fetched(oid)::integer as pages
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`);
  return new Map(rows.map((row) => [row.name, row]));
}

function difference(before: Map<string, Counter>, after: Map<string, Counter>): Counter[] {
  return [...after.values()]
    .map(({ name, is_index, scans, rows, pages }) => ({
      name,
      is_index,
      scans: scans - (before.get(name)?.scans ?? 0),
      rows: rows - (before.get(name)?.rows ?? 0),
      pages: pages - (before.get(name)?.pages ?? 0),
    }))
    .filter(({ pages }) => pages > 0);
}

function toRead(text: string, explained: Explained | pg.DatabaseError, counted: Counter[]): Read {
  const { name, isGuard, isCall } = nameOf(text);
  const refused = explained instanceof pg.DatabaseError;
  const read = counted.filter(({ scans }) => scans > 0);
  const used = read.filter(({ is_index }) => is_index).map((index) => index.name);
  return {
    name,
    isGuard,
    rows: counted.reduce((sum, { rows }) => sum + rows, 0),
    pages: counted.reduce((sum, { pages }) => sum + pages, 0),
    scanned: read.filter(({ is_index }) => !is_index).map((table) => table.name),
    indexes: refused || isCall ? used : [...new Set(indexesOf(explained.Plan))],
    ms: refused ? 0 : explained["Planning Time"] + explained["Execution Time"],
    ...(refused && { error: explained.constraint ?? `${explained.code} ${explained.message}` }),
  };
}

const indexesOf = (node: PlanNode): string[] => [
  ...(node["Index Name"] ? [node["Index Name"]] : []),
  ...(node.Plans ?? []).flatMap(indexesOf),
];

function nameOf(text: string): { name: string; isGuard: boolean; isCall: boolean } {
  const called = /^\s*select (?:(?:set_config.*|\w+) from )?(app\.\w+)\(/.exec(text)?.[1];
  if (called) return { name: called, isGuard: /\.(enter|hold_me|authorize)$/.test(called), isCall: true };
  const [, verb = ""] = /^\s*(?:with "?\w+"? as \(\s*)?(\w+)/.exec(text) ?? [];
  const [, table] = /(?:from|into|update|join) "(\w+)"/.exec(text) ?? [];
  return { name: table ? `${verb} ${table}` : verb, isGuard: text.includes("set_config("), isCall: !table };
}
