// Databases of a test's own, on the run's server: made empty or migrated, dropped when the test (or its file) ends.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import { migrate } from "../../scripts/migrate.ts";

export type Scratch = {
  /** The owner's URL. */
  url: string;
  owner: pg.Client;
  /** One more connection: as the owner, or as the Worker's login. */
  connect(login?: "owner" | "service"): Promise<pg.Client>;
  drop(): Promise<void>;
};

const plenty = 1_000_000;
const roomy = {
  network: "a network",
  wrong_passwords: plenty,
  sign_ups: plenty,
  resets: plenty,
  invites: plenty,
  mails: plenty,
  notices: plenty,
};

const onDatabase = (url: string, name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

/** Runs one statement on the run's own database, as the owner. */
async function onServer(statement: string): Promise<void> {
  const client = await connected(inject("ownerUrl"));
  await client.query(statement).finally(() => client.end());
}

export async function emptyDatabase(): Promise<Scratch> {
  const name = `gatehouse_scratch_${randomBytes(6).toString("hex")}`;
  await onServer(`create database ${name}`);
  const url = onDatabase(inject("ownerUrl"), name);
  const clients: pg.Client[] = [];
  const connect = async (login: "owner" | "service" = "owner") => {
    const client = await connected(login === "owner" ? url : onDatabase(inject("serviceUrl"), name));
    clients.push(client);
    // The Worker says it in each transaction. Nobody comes near the limits, and their locks take part in every race.
    if (login === "service") await client.query(`set app.limits = '${JSON.stringify(roomy)}'`);
    return client;
  };
  const drop = async () => {
    await Promise.all(clients.map((client) => client.end()));
    // Without force Postgres ends its own vacuum there, which the owner may not; with it, connections that a test has lost.
    await onServer(`drop database ${name}`).catch(() => onServer(`drop database ${name} (force)`));
  };
  return { url, owner: await connect(), connect, drop };
}

export async function migratedDatabase(): Promise<Scratch> {
  const scratch = await emptyDatabase();
  await migrate(scratch.url);
  return scratch;
}

/** What a statement is refused with, or null when it is not. Inside a transaction, that is over then. */
export async function refusal(
  client: pg.Client,
  statement: string,
  params: unknown[] = [],
): Promise<{ code: string | undefined; constraint: string | undefined; message: string } | null> {
  try {
    await client.query(statement, params);
    return null;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return { code: error.code, constraint: error.constraint, message: error.message };
  }
}

/** Runs `work` in a transaction that is undone, whatever it did. */
export async function undone<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin");
  return await work().finally(() => client.query("rollback"));
}
