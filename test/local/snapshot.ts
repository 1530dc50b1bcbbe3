// A point in time of a database, and the way back to it: what a restore does to the rows and sequences of the service.
import { getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import * as schema from "../../src/db/schema.ts";

type Query = (text: string) => Promise<Record<string, unknown>[]>;

/** In the order of the schema, in which a table comes after those that it points at. */
const tables = Object.values(schema).flatMap((value) =>
  is(value, PgTable) ? [`"${getTableName(value)}"`] : [],
);

export async function snapshotOf(query: Query): Promise<{ restore(): Promise<void> }> {
  await query("drop schema if exists snapshot cascade; create schema snapshot");
  for (const table of tables) await query(`create table snapshot.${table} as table public.${table}`);
  const sequences = await query(
    `select format('%I.%I', schemaname, sequencename) as name, last_value from pg_sequences where schemaname = 'public'`,
  );

  /** The columns that can be written. */
  async function columnsOf(table: string): Promise<string> {
    const rows = await query(
      `select attname as name from pg_attribute
       where attrelid = 'public.${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    );
    return rows.map(({ name }) => `"${name}"`).join(", ");
  }

  async function restore(): Promise<void> {
    // One transaction, since nobody is to see it half done. No trigger of ours tells of it, as none does in a restore.
    const statements = [
      "begin",
      `truncate ${tables.map((table) => `public.${table}`).join(", ")} restart identity`,
    ];
    for (const table of tables) {
      const columns = await columnsOf(table);
      statements.push(
        `alter table public.${table} disable trigger user`,
        `insert into public.${table} (${columns}) overriding system value select ${columns} from snapshot.${table}`,
        `alter table public.${table} enable trigger user`,
      );
    }
    for (const { name, last_value } of sequences) {
      if (last_value !== null) statements.push(`select setval('${name}', ${last_value})`);
    }
    await query([...statements, "commit"].join(";\n"));
  }

  return { restore };
}
