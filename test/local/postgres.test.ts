// The embedded Postgres: an owner like Neon's, data that outlive a run, and nothing left of a killed one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterAll, test as anyTest, expect } from "vitest";
import { startPostgres } from "../../local/postgres.ts";
import { postgresHome } from "../../local/postgres-home.ts";
import { guard } from "../../local/watchdog.ts";

// A system whose Postgres is given may have no binaries of its own.
const test = anyTest.skipIf(process.env.DATABASE_URL);
const stateFolder = mkdtempSync(join(tmpdir(), "gatehouse-postgres-"));
if (!process.env.DATABASE_URL) {
  // Should the test run itself be killed, nothing of it stays.
  for (const path of [stateFolder, postgresHome(stateFolder).folder]) guard({ kind: "path", path });
}
afterAll(async () => {
  if (process.env.DATABASE_URL) return rmSync(stateFolder, { recursive: true });
  const postgres = await startPostgres({ stateFolder, throwaway: true }); // Its stop removes the data.
  await postgres.stop();
  rmSync(stateFolder, { recursive: true });
});

async function ask(url: string, statement: string) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

test("owner and settings are like Neon's", async () => {
  const { ownerUrl, stop } = await startPostgres({ stateFolder });
  const attributes = `select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls from pg_roles
    where rolname = current_user`;
  expect(await ask(ownerUrl, attributes)).toEqual([[false, true, true, true]]);
  const owners = `select pg_get_userbyid(datdba), (select pg_get_userbyid(nspowner) from pg_namespace
    where nspname = 'public') from pg_database where datname = current_database()`;
  expect(await ask(ownerUrl, owners)).toEqual([["neondb_owner", "neondb_owner"]]);
  const settings = `select current_setting('timezone'), current_setting('server_encoding'),
    current_setting('listen_addresses'), 'Z' < 'a', upper('é')`;
  expect(await ask(ownerUrl, settings)).toEqual([["UTC", "UTF8", "127.0.0.1", true, "É"]]);

  const forged = new URL(ownerUrl);
  forged.password = "wrong";
  await expect(ask(forged.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  await stop();
});

test("data outlive a run, a killed one too, and --fresh begins anew", async () => {
  const first = await startPostgres({ stateFolder });
  await ask(first.ownerUrl, "create table kept (id int)");
  await first.stop();
  const killed = await startAndKill();
  await expect.poll(() => answers(killed)).toBe(false);
  const second = await startPostgres({ stateFolder });
  expect(second.ownerUrl).toBe(first.ownerUrl);
  expect(await ask(second.ownerUrl, "select to_regclass('kept') is not null")).toEqual([[true]]);
  await second.stop();
  const fresh = await startPostgres({ stateFolder, fresh: true });
  expect(await ask(fresh.ownerUrl, "select to_regclass('kept') is not null")).toEqual([[false]]);
  await fresh.stop();
});

test("a throwaway server takes its data along", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-postgres-"));
  const postgres = await startPostgres({ stateFolder: folder, throwaway: true });
  await postgres.stop();
  expect(await answers(postgres.ownerUrl)).toBe(false);
  expect(existsSync(join(folder, "postgres"))).toBe(false);
  rmSync(folder, { recursive: true });
});

const answers = (url: string) =>
  ask(url, "select 1").then(
    () => true,
    () => false,
  );

/** Starts the same server from another process, kills that process without notice, returns the owner's URL. */
async function startAndKill(): Promise<string> {
  const module = JSON.stringify(join(import.meta.dirname, "../../local/postgres.ts"));
  const script = `const { startPostgres } = await import(${module});
    const { ownerUrl } = await startPostgres({ stateFolder: ${JSON.stringify(stateFolder)} });
    console.log(ownerUrl); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await once(createInterface({ input: child.stdout }), "line");
  child.kill("SIGKILL");
  await once(child, "exit");
  return url;
}
