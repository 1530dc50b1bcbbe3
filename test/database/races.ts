// Requests that really are under way at once.
import type pg from "pg";
import { finish, type Statement } from "./society.ts";

const backends = new WeakMap<pg.Client, number>();
async function backendOf(client: pg.Client): Promise<number> {
  const pid = backends.get(client) ?? (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  backends.set(client, pid);
  return pid;
}

/**
 * Sends the effects of open requests at once, while `gate` has a transaction open, and commits that when each of them
 * stands before a lock or is done. Returns what became of each.
 */
export async function behind(
  gate: pg.Client,
  runs: { client: pg.Client; effect: Statement }[],
): Promise<string[]> {
  const pids: number[] = [];
  for (const { client } of runs) pids.push(await backendOf(client));
  let done = 0;
  const running = runs.map(({ client, effect }) =>
    finish(client, effect).finally(() => {
      done += 1;
    }),
  );
  for (let waiting = 0; waiting + done < pids.length; ) {
    const { rows } = await gate.query(
      "select count(distinct pid)::int as n from pg_locks where not granted and pid = any ($1)",
      [pids],
    );
    waiting = rows[0].n;
  }
  await gate.query("commit");
  return Promise.all(running);
}

/** The same behind what the owner of the database does in a transaction of its own: takes a lock, say. */
export async function together(
  gate: pg.Client,
  close: string,
  runs: { client: pg.Client; effect: Statement }[],
): Promise<string[]> {
  await gate.query("begin");
  await gate.query(close);
  return behind(gate, runs);
}

/** Before this lock everybody waits who might leave an organization without an owner. */
export const organizationLock = (orgId: number) =>
  `select from organisation where id = ${orgId} for no key update`;
