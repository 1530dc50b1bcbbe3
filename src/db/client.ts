// One trip to the database is one HTTPS call that runs its statements in one transaction. There is no way to
// send a single statement or to open an interactive transaction from here, on purpose.
import { NeonDbError, neon, neonConfig } from "@neondatabase/serverless";
import { type SQL, sql } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Config } from "../config.ts";
import { toAppError } from "./constraints.ts";
import { limitsOf } from "./limits.ts";
import { Patience } from "./patience.ts";

export type Statement = BatchItem<"pg">;
/** Builds statements and cannot run them: `batch` belongs to `Database`, and `transaction` throws over HTTP. */
export type QueryBuilder = Omit<NeonHttpDatabase, "transaction" | "batch" | "$client" | "$withAuth">;
export const build: QueryBuilder = drizzle.mock();

/** Where a call comes from; the audit trail and the log name it. `network`: as what it is counted, nothing if it is not. */
export type Origin = { requestId: string; ip: string; network?: string };

const retries = 2;
const retryable = new Set(["40001", "40P01"]);
const neonEndpoint = neonConfig.fetchEndpoint;

/** The database as one request (or one background job) sees it. `trips` counts its calls so far. */
export class Database {
  trips = 0;
  readonly origin: Origin;
  readonly #config: Config;
  #limits: Promise<string> | undefined;
  readonly #url: string;
  readonly #endpoint: typeof neonEndpoint;
  readonly #patience: Patience;

  /** `background`: work after the response, told apart by the connection's application name. */
  constructor(config: Config, origin: Origin, { background = false } = {}) {
    this.origin = origin;
    this.#config = config;
    this.#url = background ? backgroundUrlOf(config) : config.DATABASE_URL;
    this.#endpoint = config.LOCAL_NEON_ENDPOINT ?? neonEndpoint;
    this.#patience = new Patience(background ? Number.POSITIVE_INFINITY : undefined);
  }

  /**
   * Runs statements in one transaction, in order, in one trip; the first that fails undoes all. Repeated when
   * Postgres asks for it (deadlock, serialization). Errors: AppError for the rules' refusals, known constraints and
   * an absent database (503: whether a write was done is then unknown); anything else as it came, for a 500.
   */
  async run<const T extends readonly Statement[]>(
    statements: T,
    { readOnly = false } = {},
  ): Promise<BatchResponse<T>> {
    for (let left = retries; ; left -= 1) {
      try {
        return await this.#send(statements, readOnly);
      } catch (error) {
        const again = error instanceof NeonDbError && retryable.has(error.code ?? "") && left > 0;
        if (!again) throw toAppError(error);
      }
    }
  }

  /** One flow function in one trip: its outcome, the jsonb that it returns. The trail of its changes has our origin. */
  async call<Outcome>(flow: SQL): Promise<Outcome> {
    const { requestId, ip } = this.origin;
    const [, result] = await this.run([
      build.execute(
        sql`select set_config('app.request_id', ${requestId}, true), set_config('app.ip', ${ip}, true),
          set_config('app.limits', ${await this.limits()}, true)`,
      ),
      build.execute<{ outcome: Outcome }>(sql`select ${flow} as outcome`),
    ]);
    return outcomeOf(result);
  }

  /** `app.limits`, by which the flows count. */
  limits(): Promise<string> {
    this.#limits ??= limitsOf(this.#config, this.origin.network);
    return this.#limits;
  }

  async #send<const T extends readonly Statement[]>(
    statements: T,
    readOnly: boolean,
  ): Promise<BatchResponse<T>> {
    this.trips += 1;
    const { signal, stop } = this.#patience.start();
    // What only reads sees one moment, guard and effect alike; what writes sees what it waited for.
    const isolationLevel = readOnly ? "RepeatableRead" : "ReadCommitted";
    const client = neon(this.#url, { isolationLevel, readOnly, fetchOptions: { signal } });
    const { session } = drizzle(client) as unknown as { session: { batch(s: T): Promise<BatchResponse<T>> } };
    // A global of the driver; it is read before the first await of the call below.
    neonConfig.fetchEndpoint = this.#endpoint;
    return await session.batch(statements).finally(stop);
  }
}

const backgroundUrls = new WeakMap<Config, string>();

/** The same login under another application name: whoever looks at the database's load can tell the two apart. */
function backgroundUrlOf(config: Config): string {
  const known = backgroundUrls.get(config);
  if (known) return known;
  const url = new URL(config.DATABASE_URL);
  url.searchParams.set("application_name", "gatehouse-background");
  backgroundUrls.set(config, url.href);
  return url.href;
}

/** The `outcome` column of a statement that calls one flow function. */
export function outcomeOf<Outcome>(result: { rows: { outcome: Outcome }[] }): Outcome {
  const row = result.rows[0];
  if (!row) throw new Error("a flow function returned no row");
  return row.outcome;
}
