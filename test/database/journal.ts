// The numbered migrations, and databases that have seen only the first of them.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { migrationsFolder } from "../../scripts/migrate.ts";

type Journal = { entries: { tag: string }[] };

export const journal: Journal = JSON.parse(
  readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8"),
);
export const tags = journal.entries.map((entry) => entry.tag);

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-migrations-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A copy of the migrations as it was when there were only `count` of them. */
export function firstMigrations(count: number): string {
  const folder = temporaryFolder();
  cpSync(migrationsFolder, folder, { recursive: true });
  writeFileSync(
    join(folder, "meta/_journal.json"),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }),
  );
  return folder;
}
