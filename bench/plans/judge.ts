// What is wrong with how a request read the database.
import type pg from "pg";
import { type Case, pagesForRow, usual } from "./case.ts";
import type { Read } from "./measure.ts";

/** A table of fewer rows is as well read from its beginning. */
const smallTable = 1_000;

export async function bigTablesOf(owner: pg.Client): Promise<Set<string>> {
  const { rows } = await owner.query<{ relname: string }>(
    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and reltuples > $1",
    [smallTable],
  );
  return new Set(rows.map(({ relname }) => relname));
}

export function faultsOf(found: Case, reads: Read[], bigTables: Set<string>): string[] {
  const { request, exception, through } = found;
  const effects = reads.filter(({ isGuard }) => !isGuard);
  const rows = reads.reduce((sum, read) => sum + read.rows, 0);
  const pages = reads.reduce((sum, read) => sum + read.pages, 0);
  const most = exception ? { rows: exception.rows, pages: exception.rows * pagesForRow } : usual;
  const refused = typeof request === "function" ? undefined : request.status;
  return [
    ...(rows > most.rows ? [`reads ${rows} rows, at most ${most.rows} are expected`] : []),
    ...(pages > most.pages ? [`reads ${pages} pages, at most ${most.pages} are expected`] : []),
    ...reads.flatMap(({ name, scanned }) => {
      const big = exception?.scans ? [] : scanned.filter((table) => bigTables.has(table));
      return big.map((table) => `${name} reads ${table} from its beginning`);
    }),
    ...reads.flatMap(({ name, error }) => (error && !refused ? [`${name} was refused: ${error}`] : [])),
    ...effects.flatMap(({ name, indexes }, i) => {
      const meant = through[i] ?? through.at(-1);
      if (meant === undefined) return [`${name} has no index that is meant for it`];
      if (meant === "" || meant.split("|").some((index) => indexes.includes(index))) return [];
      return [`${name} goes through ${indexes.join(", ") || "no index"}, not ${meant}`];
    }),
  ];
}

/** Routes without a case, and cases without a route. */
export function unwalked(routes: string[], cases: Case[]): string[] {
  const walked = new Set(cases.map(({ route }) => route));
  return [
    ...routes.filter((route) => !walked.has(route)).map((route) => `${route}: no case walks it`),
    ...[...walked].filter((route) => !routes.includes(route)).map((route) => `${route}: no such route`),
  ];
}
