// Three tell the same story: src/db/schema.ts, drizzle's snapshots of it, and the SQL that was really run.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { migrationsFolder } from "../../scripts/migrate.ts";
import { applyRules } from "../../scripts/rules.ts";
import { catalogueOf } from "./catalogue.ts";
import { emptyDatabase, migratedDatabase } from "./scratch.ts";

const repository = join(import.meta.dirname, "../..");
const schema = "--schema=src/db/schema.ts";

async function drizzleKit(...words: string[]): Promise<string> {
  const program = join(repository, "node_modules/drizzle-kit/bin.cjs");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, ...words, "--dialect=postgresql"],
    {
      cwd: repository,
      env: { ...process.env, NO_COLOR: "1" },
    },
  );
  return stdout;
}

/** A copy of the migrations; drizzle-kit wants its path relative to the repository. */
function copiedMigrations(): { folder: string; out: string } {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-drizzle-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(migrationsFolder, folder, { recursive: true });
  return { folder, out: `--out=${relative(repository, folder)}` };
}

const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();

test("the migrations' history has no conflicts, and the schema asks for no migration that is not there", async () => {
  const { folder, out } = copiedMigrations();
  expect(await drizzleKit("check", out)).toContain("Everything's fine");
  const before = filesOf(folder);
  expect(await drizzleKit("generate", schema, out)).toContain("No schema changes");
  expect(filesOf(folder)).toEqual(before);
});

test("a schema that went ahead of the migrations would be noticed", async () => {
  const { folder, out } = copiedMigrations();
  const before = filesOf(folder);
  const ahead = join(folder, "ahead.ts");
  writeFileSync(
    ahead,
    `export * from "${join(repository, "src/db/schema.ts")}";
    import { pgTable, text } from "${join(repository, "node_modules/drizzle-orm/pg-core/index.js")}";
    export const ahead = pgTable("ahead", { name: text().primaryKey() });`,
  );
  await drizzleKit("generate", `--schema=${relative(repository, ahead)}`, out);
  expect(filesOf(folder).length).toBeGreaterThan(before.length + 1);
});

test("the migrations build what the schema says, column by column", async () => {
  const [migrated, declared] = await Promise.all([migratedDatabase(), emptyDatabase()]);
  onTestFinished(async () => void (await Promise.all([migrated.drop(), declared.drop()])));
  await declared.owner.query(await drizzleKit("export", schema));
  await declared.owner.query("begin");
  await applyRules(declared.owner);
  await declared.owner.query("commit");
  // A column that a later migration adds stands last, wherever the schema has it.
  const anyPlace = (lines: string[]) => lines.map((line) => line.replace(/ place \d+ /, " ")).sort();
  expect(anyPlace(await catalogueOf(migrated.owner))).toEqual(anyPlace(await catalogueOf(declared.owner)));
});
