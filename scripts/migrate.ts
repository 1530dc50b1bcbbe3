// npm run db:migrate: numbered migrations, then the rules, in one transaction on the owner's connection.
// Safe to repeat and to run twice at once: the second waits for the first and finds nothing to do.
import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as migrateTables } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { applyRules } from "./rules.ts";

export const migrationsFolder = join(import.meta.dirname, "../drizzle");

/**
 * Brings a database to this release. `ownerUrl`: postgres:// URL of the owner (Postgres 16 or later).
 * `folder`: where the numbered migrations are. Errors: whatever Postgres says; nothing is applied then.
 */
export async function migrate(ownerUrl: string, folder = migrationsFolder): Promise<"applied" | "unchanged"> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return await drizzle(client).transaction(async (transaction) => {
      await client.query("select pg_advisory_xact_lock(hashtext('gatehouse migrations'))");
      await migrateTables(transaction as unknown as ReturnType<typeof drizzle>, { migrationsFolder: folder });
      return await applyRules(client);
    });
  } finally {
    await client.end();
  }
}

/** The owner's URL from the environment, or one clear line on standard error and exit code 2. */
export function ownerUrlOrExit(command: string): string {
  const url = process.env.DATABASE_URL;
  if (url && /^postgres(ql)?:\/\//.test(url)) return url;
  console.error(`${command}: set DATABASE_URL to the owner's postgres:// URL of the database.`);
  process.exit(2);
}

if (import.meta.main) {
  const rules = await migrate(ownerUrlOrExit("db:migrate"));
  console.log(`Migrations are applied, rules ${rules}.`);
}
