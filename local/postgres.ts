// A real Postgres from npm whose owner has what Neon's has: no superuser, but CREATEDB, CREATEROLE, BYPASSRLS.
// Only this file and postgres-cluster know the superuser. Listens on 127.0.0.1; passwords are random and checked.

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./ports.ts";
import { dataFolder, launch, makeCluster, type Passwords, prepareOwner } from "./postgres-cluster.ts";
import { type PostgresHome, postgresHome } from "./postgres-home.ts";
import { commandOf, endProcess } from "./processes.ts";
import { guard } from "./watchdog.ts";

export type Postgres = { ownerUrl: string; port: number; stop(): Promise<void> };
type Kept = Passwords & { port: number };

const STOP_GRACE_MS = 10_000;
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=", // Their paths are limited to about 100 characters.
  "max_connections=200",
  "timezone=UTC",
  "log_timezone=UTC",
];
const THROWAWAY_SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/**
 * Starts the server whose data belong to `stateFolder` and waits until it answers. `fresh` wipes the data
 * first; `throwaway` trades durability for speed and removes the data at the end.
 */
export async function startPostgres(options: {
  stateFolder: string;
  fresh?: boolean;
  throwaway?: boolean;
}): Promise<Postgres> {
  const throwaway = options.throwaway ?? false;
  const home = postgresHome(options.stateFolder);
  const dropFolder = throwaway ? guard({ kind: "path", path: home.folder }) : () => {};
  await endOrphan(home);
  if (options.fresh) rmSync(dataFolder(home), { recursive: true, force: true });

  const kept = await readKept(home);
  if (!existsSync(dataFolder(home))) await makeCluster(home, kept, !throwaway);
  const server = launch(home, kept.port, throwaway ? [...SETTINGS, ...THROWAWAY_SETTINGS] : SETTINGS);
  const pid = server.pid ?? 0;
  const release = guard({ kind: "process", pid, signal: "SIGINT", graceMs: STOP_GRACE_MS });
  const stop = async () => {
    if (pid && server.exitCode === null) await endProcess(pid, "SIGINT", STOP_GRACE_MS);
    release();
    if (throwaway) rmSync(home.folder, { recursive: true, force: true });
    dropFolder();
  };
  try {
    return { ownerUrl: await prepareOwner(home, server, kept.port, kept), port: kept.port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A server that outlived a killed run still holds our data. */
async function endOrphan(home: PostgresHome): Promise<void> {
  const pidFile = join(dataFolder(home), "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
  if (commandOf(pid)?.includes(dataFolder(home))) await endProcess(pid, "SIGINT", STOP_GRACE_MS);
}

/** Passwords live as long as the data; the port is kept while it is free. */
async function readKept(home: PostgresHome): Promise<Kept> {
  const file = join(home.folder, "postgres.json");
  const password = () => randomBytes(18).toString("base64url");
  const found: Kept = existsSync(dataFolder(home))
    ? JSON.parse(readFileSync(file, "utf8"))
    : { port: 0, superuserPassword: password(), ownerPassword: password() };
  const kept = { ...found, port: await freePort(found.port) };
  writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
  return kept;
}
