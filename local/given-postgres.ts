// A Postgres that the caller brought along, in place of the embedded one.
import { randomBytes } from "node:crypto";
import pg from "pg";

const OLDEST = 16;

/** Checks that it answers and is not too old. */
export async function checkGiven(ownerUrl: string): Promise<void> {
  const version = "select current_setting('server_version_num')::int / 10000 as major";
  const [row] = await ask(ownerUrl, version).catch((error) => {
    throw new Error(`DATABASE_URL cannot be used: ${error.message || error.code}`);
  });
  if (row.major < OLDEST)
    throw new Error(`DATABASE_URL is Postgres ${row.major}; ${OLDEST} or later is needed.`);
}

/** A database of its own on that server, for one test run. */
export async function borrowDatabase(ownerUrl: string): Promise<{ ownerUrl: string; stop(): Promise<void> }> {
  const name = `gatehouse_test_${randomBytes(6).toString("hex")}`;
  await ask(ownerUrl, `create database ${name}`);
  const url = new URL(ownerUrl);
  url.pathname = `/${name}`;
  return {
    ownerUrl: url.href,
    stop: async () => void (await ask(ownerUrl, `drop database ${name} (force)`)),
  };
}

async function ask(url: string, statement: string) {
  const client = new pg.Client(url);
  try {
    await client.connect();
    return (await client.query(statement)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}
