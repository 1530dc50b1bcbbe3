// The cloud on this machine: Postgres, migrated and with its service login, Neon's endpoint, the mailbox, and the list
// of breached passwords.
// `npm run dev` and the tests start the same one; only where it keeps its state differs.
import { createHash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "../scripts/migrate.ts";
import { setUpServiceLogin } from "../scripts/setup.ts";
import { type Breaches, startBreaches } from "./breaches.ts";
import { borrowDatabase, checkGiven } from "./given-postgres.ts";
import { type Inbox, startInbox } from "./inbox.ts";
import { type Keys, keptKeys } from "./keys.ts";
import { type Neon, startNeon } from "./neon.ts";
import { startPostgres } from "./postgres.ts";
import { localVariables, type Variables } from "./variables.ts";

export type StackOptions = {
  /** Where data, keys and mails are kept. */
  stateFolder: string;
  /** The owner's URL of a Postgres (16 or later) to use in place of the embedded one. */
  databaseUrl?: string | undefined;
  /** Where to listen; any free ports unless given. */
  ports?: { inbox: number; neon: number; breaches: number };
  /** Begin with new data. */
  fresh?: boolean;
  /** Fast, and gone at the end: for tests. */
  throwaway?: boolean;
};

export type Stack = {
  ownerUrl: string;
  serviceUrl: string;
  neon: Neon;
  inbox: Inbox;
  breaches: Breaches;
  keys: Keys;
  /** The Worker's variables when it answers at `publicUrl`. */
  variables(publicUrl: string): Variables;
  stop(): Promise<void>;
};

const INBOX_FILE = "inbox.jsonl";
const KEYS_FILE = "keys.json";

/** Starts everything in order; when a part fails, what already runs is stopped. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { stateFolder } = options;
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  if (options.fresh)
    for (const file of [INBOX_FILE, KEYS_FILE]) rmSync(join(stateFolder, file), { force: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const database = await openDatabase(options);
    stops.push(database.stop);
    const { ownerUrl } = database;
    await migrate(ownerUrl);
    const serviceUrl = await setUpServiceLogin(ownerUrl, servicePassword(ownerUrl));
    const neon = await startNeon({ postgres: upstreamOf(ownerUrl), port: options.ports?.neon });
    stops.push(neon.close);
    const inbox = await startInbox({ port: options.ports?.inbox, file: join(stateFolder, INBOX_FILE) });
    stops.push(inbox.close);
    const breaches = await startBreaches(options.ports?.breaches);
    stops.push(breaches.close);
    const keys = await keptKeys(join(stateFolder, KEYS_FILE));
    const urls = { neonSqlUrl: neon.sqlUrl, inboxUrl: inbox.url, breachesUrl: breaches.url };
    const variables = (publicUrl: string) => localVariables({ publicUrl, serviceUrl, ...urls, keys });
    return { ownerUrl, serviceUrl, neon, inbox, breaches, keys, variables, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(options: StackOptions): Promise<{ ownerUrl: string; stop(): Promise<void> }> {
  if (!options.databaseUrl) return startPostgres(options);
  await checkGiven(options.databaseUrl);
  if (options.throwaway) return borrowDatabase(options.databaseUrl);
  return { ownerUrl: options.databaseUrl, stop: async () => {} };
}

/** The same for every stack on one server, so that a second one does not lock the first one's Worker out. */
function servicePassword(ownerUrl: string): string {
  return createHash("sha256")
    .update(`service login of ${new URL(ownerUrl).password}`)
    .digest("base64url");
}

export function upstreamOf(url: string) {
  const { host, port, ssl } = new pg.Client(url);
  return { host, port, ssl: ssl as boolean };
}
