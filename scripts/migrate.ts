// npm run db:migrate: numbered migrations, then the rules, in one transaction on the owner's connection.
// Safe to repeat and to run twice at once: the second waits for the first and finds nothing to do.
import { join } from "node:path";
import { readMigrationFiles } from "drizzle-orm/migrator";
import pg from "pg";
import { applyRules, dropRules, type Rule, readRules } from "./rules.ts";

export const migrationsFolder = join(import.meta.dirname, "../drizzle");

/**
 * Brings a database to this release. `ownerUrl`: postgres:// URL of the owner (Postgres 16 or later).
 * `folder`: where the numbered migrations are. Says whether the rules changed. Errors: whatever Postgres says;
 * nothing is applied then.
 */
export async function migrate(
  ownerUrl: string,
  folder = migrationsFolder,
  rules: Rule[] = readRules(),
): Promise<"applied" | "unchanged"> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtext('gatehouse migrations'))");
    await applyMigrations(client, folder);
    const outcome = await applyRules(client, rules);
    await client.query("commit");
    return outcome;
  } finally {
    await client.end(); // Undoes what is not committed.
  }
}

/**
 * The numbered migrations that this database has not seen, within the caller's transaction: drizzle's own
 * migrator commits by itself, and the rules would then come too late to undo anything. The journal is our own: a team may keep migrations of its
 * own product in the same database.
 */
export async function applyMigrations(client: pg.ClientBase, folder = migrationsFolder): Promise<void> {
  await client.query(`create schema if not exists drizzle;
    create table if not exists drizzle.gatehouse_migrations (id serial primary key, hash text not null, created_at bigint)`);
  const { rows } = await client.query<{ last: string | null }>(
    "select max(created_at) as last from drizzle.gatehouse_migrations",
  );
  const last = Number(rows[0]?.last ?? 0);
  const pending = readMigrationFiles({ migrationsFolder: folder }).filter((one) => one.folderMillis > last);
  // The last release's policies would hold on to the columns that a migration drops or changes.
  if (pending.length > 0) await dropRules(client);
  for (const { sql, folderMillis, hash } of pending) {
    for (const statement of sql) await client.query(statement);
    await client.query("insert into drizzle.gatehouse_migrations (hash, created_at) values ($1, $2)", [
      hash,
      folderMillis,
    ]);
  }
}

/** The owner's URL, from the environment. Errors: what is wrong with it, in a line that shows nothing of it. */
export function ownerUrl(url = process.env.DATABASE_URL): string {
  if (!url || !/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Error("set DATABASE_URL to the owner's postgres:// URL of the database");
  }
  if (new URL(url).username === "app_login") {
    throw new Error(
      "DATABASE_URL is the service login's, which may not migrate: here it has to be the owner's",
    );
  }
  return url;
}

/** The same, or one clear line on standard error and exit code 2. */
export function ownerUrlOrExit(command: string): string {
  try {
    return ownerUrl();
  } catch (error) {
    console.error(`${command}: ${(error as Error).message}.`);
    process.exit(2);
  }
}

if (import.meta.main) {
  const rules = await migrate(ownerUrlOrExit("db:migrate"));
  console.log(`Migrations are applied, rules ${rules}.`);
}
