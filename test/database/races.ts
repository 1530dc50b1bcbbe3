// Requests that really are under way at once.
import type pg from "pg";
import { finish, outcomeOf, prepare, type Statement } from "./society.ts";
import type { Person } from "./tenants.ts";

const backends = new WeakMap<pg.Client, number>();
async function backendOf(client: pg.Client): Promise<number> {
  const pid = backends.get(client) ?? (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
  backends.set(client, pid);
  return pid;
}

/** The effect of a request that is open on this connection, or everything that is to be done there. */
export type Run = { client: pg.Client; effect: Statement | (() => Promise<string>) };
const started = ({ client, effect }: Run) =>
  typeof effect === "function" ? effect() : finish(client, effect);

/** All of them, as they come. */
export const atOnce = (runs: Run[]): Promise<string[]> => Promise.all(runs.map(started));

/** A request from its beginning, which may be refused already. */
export const whole =
  (
    client: pg.Client,
    person: Person,
    orgId: number | null,
    effect: Statement,
    access?: string,
    held?: boolean,
  ) =>
  async (): Promise<string> => {
    const opening = prepare(client, person, orgId, access, held).then(() => client.query("select"));
    const opened = await outcomeOf(opening);
    if (opened === "done 1") return finish(client, effect);
    await client.query("rollback");
    return opened;
  };

/**
 * Sends the effects of open requests at once, while `gate` has a transaction open, and commits that when each of them
 * stands before a lock or is done. Returns what became of each.
 */
export async function behind(gate: pg.Client, runs: Run[]): Promise<string[]> {
  const pids: number[] = [];
  for (const { client } of runs) pids.push(await backendOf(client));
  let done = 0;
  const running = runs.map((run) =>
    started(run).finally(() => {
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
export async function together(gate: pg.Client, close: string, runs: Run[]): Promise<string[]> {
  await gate.query("begin");
  await gate.query(close);
  return behind(gate, runs);
}

/** Before this lock everybody waits who might leave an organization without an owner. */
export const organizationLock = (orgId: number) =>
  `select from organisation where id = ${orgId} for no key update`;
