// The database as its owner, for scripts: DATABASE_URL names it, or else the running `npm run dev` does. What goes wrong
// is told in our words: the driver's may name the host or the login.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

const STATE_FOLDER = process.env.GATEHOUSE_STATE_FOLDER ?? join(import.meta.dirname, "../.local");

/** What a script ends with: one line, and this exit code. */
export class Refusal extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

function databaseUrl(): string {
  const url = process.env.DATABASE_URL || urlOfStack();
  if (url && /^postgres(ql)?:\/\//.test(url)) return url;
  if (url) throw new Refusal("DATABASE_URL is not the postgres:// URL of a database", 2);
  const hint = "set DATABASE_URL to the owner's postgres:// URL of the database, or start `npm run dev`";
  throw new Refusal(hint, 2);
}

/** Of the stack that runs on this machine; null: none does. */
function urlOfStack(): string | null {
  try {
    return JSON.parse(readFileSync(join(STATE_FOLDER, "stack.json"), "utf8")).database_url;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Refusal("the file of the running `npm run dev` cannot be read");
  }
}

/** Runs `work` on a connection of its own. Errors: a Refusal, its own or ours. */
export async function onOwnerDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const url = databaseUrl();
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on("error", () => {}); // A connection that breaks fails the query under way.
    await client.connect();
    return await work(client).finally(() => client.end());
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(reasonOf(String((error as { code?: unknown }).code ?? "no answer")));
  }
}

function reasonOf(code: string): string {
  if (/^(42P01|42703|3F000)$/.test(code))
    return "the database is not migrated: run `npm run db:migrate` first";
  if (code === "42501") return "DATABASE_URL has to be the owner's, not the service login's";
  if (/^(28|3D)/.test(code)) return `the database refuses this login (${code})`;
  return `the database cannot be reached, or failed (${code})`;
}
