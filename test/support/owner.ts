// The database as its owner sees it, for looking at rows and for setting a scene that no endpoint can set.
import { neon, neonConfig } from "@neondatabase/serverless";
import { inject } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: rows are whatever the assertion says they are
type Row = Record<string, any>;

/** Runs one statement as the owner. int8 arrives as text. */
export async function owner(query: string, params: unknown[] = []): Promise<Row[]> {
  return runAs(inject("ownerUrl"), query, params);
}

export async function runAs(url: string, query: string, params: unknown[] = []): Promise<Row[]> {
  const client = neon(url);
  neonConfig.fetchEndpoint = inject("neonSqlUrl");
  return (await client.query(query, params)) as Row[];
}
