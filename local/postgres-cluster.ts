// The server programs of Postgres: making a cluster, launching it, and giving it an owner like Neon's.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { PostgresHome } from "./postgres-home.ts";

const SUPERUSER = "cloud_admin";
const OWNER = "neondb_owner";
const DATABASE = "gatehouse";
const START_LIMIT_MS = 60_000; // Recovery after a crash may take a while.

export type Passwords = { superuserPassword: string; ownerPassword: string };

export const dataFolder = ({ folder }: PostgresHome) => join(folder, "data");

/** Makes the cluster beside its final place, so that an interrupted run leaves nothing half made. */
export async function makeCluster(home: PostgresHome, passwords: Passwords, durable: boolean): Promise<void> {
  const half = join(home.folder, "data-new");
  const passwordFile = join(home.folder, "superuser-password");
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, passwords.superuserPassword, { mode: 0o600 });
  for (const path of home.account ? [half, passwordFile] : []) giveAway(path, home);
  try {
    const initdb = run(home, "initdb", [
      `--pgdata=${half}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      ...(durable ? [] : ["--no-sync"]),
    ]);
    const [code] = await once(initdb, "exit");
    if (code !== 0) throw new Error(`Postgres could not make its data folder.\n${endOfLog(home)}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(half, dataFolder(home));
}

export function launch(home: PostgresHome, port: number, settings: string[]): ChildProcess {
  return run(home, "postgres", [
    ...["-D", dataFolder(home), "-p", String(port)],
    ...settings.flatMap((setting) => ["-c", setting]),
  ]);
}

/** Waits until the server answers, then makes sure that owner and database stand. Returns the owner's URL. */
export async function prepareOwner(
  home: PostgresHome,
  server: ChildProcess,
  port: number,
  passwords: Passwords,
): Promise<string> {
  const superuser = (database: string) => urlFor(SUPERUSER, passwords.superuserPassword, port, database);
  const client = await firstConnection(home, server, superuser("postgres"));
  try {
    await client.query(ownerStatement(await holds(client, "pg_roles", "rolname", OWNER), passwords));
    if (await holds(client, "pg_database", "datname", DATABASE)) {
      return urlFor(OWNER, passwords.ownerPassword, port, DATABASE);
    }
    await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
  const inside = new pg.Client(superuser(DATABASE));
  await inside.connect();
  await inside.query(`alter schema public owner to ${OWNER}`);
  await inside.end();
  return urlFor(OWNER, passwords.ownerPassword, port, DATABASE);
}

function ownerStatement(exists: boolean, { ownerPassword }: Passwords): string {
  const attributes = "login nosuperuser createdb createrole bypassrls";
  return `${exists ? "alter" : "create"} role ${OWNER} ${attributes} password ${pg.escapeLiteral(ownerPassword)}`;
}

async function holds(client: pg.Client, catalog: string, column: string, name: string): Promise<boolean> {
  const { rowCount } = await client.query(`select 1 from ${catalog} where ${column} = $1`, [name]);
  return rowCount === 1;
}

async function firstConnection(home: PostgresHome, server: ChildProcess, url: string): Promise<pg.Client> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (server.exitCode === null && server.signalCode === null) {
    const client = new pg.Client(url);
    try {
      await client.connect();
      return client;
    } catch (error) {
      const { code } = error as { code?: string };
      const starting = code === "ECONNREFUSED" || code === "57P03"; // cannot_connect_now
      if (!starting || Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
  throw new Error(`Postgres stopped while it started (\`--fresh\` begins with new data).\n${endOfLog(home)}`);
}

function run(home: PostgresHome, program: "initdb" | "postgres", args: string[]): ChildProcess {
  const log = openSync(logFile(home), "a", 0o600);
  const child = spawn(join(home.native, "bin", program), args, {
    ...home.account,
    cwd: home.folder,
    env: plainEnvironment(),
    stdio: ["ignore", log, log],
    detached: true, // A Ctrl-C in the terminal is ours to handle, in order.
  });
  child.on("error", (error) => process.stderr.write(`${program}: ${error.message}\n`));
  closeSync(log);
  return child;
}

/** The user's PGPORT, LC_ALL and friends must not change our server. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(own), LC_ALL: "C", TZ: "UTC" };
}

function giveAway(path: string, { account }: PostgresHome): void {
  if (account) chownSync(path, account.uid, account.gid);
  chmodSync(path, path.endsWith("password") ? 0o600 : 0o700);
}

const logFile = ({ folder }: PostgresHome) => join(folder, "postgres.log");

function endOfLog(home: PostgresHome): string {
  return readFileSync(logFile(home), "utf8").trimEnd().split("\n").slice(-12).join("\n");
}

function urlFor(user: string, password: string, port: number, database: string): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
}
