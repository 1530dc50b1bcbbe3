// Every invariant, asked of one moment of the database: nothing is written, nobody waits, and traffic may go on meanwhile.
import type pg from "pg";
import { accessHolds } from "./access.ts";
import type { Check } from "./check.ts";
import { guardsStand } from "./guards.ts";
import { noOrphans } from "./references.ts";
import { tenancyHolds } from "./tenancy.ts";
import { talliesAgree, trailAgrees } from "./trail.ts";

export const checks: Check[] = [
  ...noOrphans,
  ...tenancyHolds,
  ...accessHolds,
  ...trailAgrees,
  ...talliesAgree,
  ...guardsStand,
];

export type Violation = { name: string; rule: string; count: number; rows: object[] };

const SHOWN_ROWS = 10;

/** As the owner of the database, whom row security shows everything. Returns the broken ones, each with its first rows. */
export async function violations(client: pg.ClientBase): Promise<Violation[]> {
  await client.query("begin isolation level repeatable read read only");
  return await violationsSeen(client).finally(() => client.query("rollback"));
}

/** The same within the caller's transaction. */
export async function violationsSeen(client: pg.ClientBase): Promise<Violation[]> {
  const broken: Violation[] = [];
  for (const { name, rule, query } of checks) {
    const { rows } = await client.query<{ row: object; count: string }>(
      `select to_jsonb(v) as row, count(*) over () as count from (${query}) v limit ${SHOWN_ROWS}`,
    );
    if (rows.length > 0)
      broken.push({ name, rule, count: Number(rows[0]?.count), rows: rows.map(({ row }) => row) });
  }
  return broken;
}

/** One line per violation, for people. */
export const toLines = (broken: Violation[]): string[] =>
  broken.map(
    ({ name, rule, count, rows }) =>
      `${name}: ${count} row${count === 1 ? "" : "s"} against "${rule}"\n${rows.map((row) => `  ${JSON.stringify(row)}`).join("\n")}`,
  );
