// What the statistics add to a write: joining, another role and removal, each as the Worker sends it, with and without the
// statistics' triggers and indexes; then a hundred people at once, while the changes are folded.
import pg from "pg";
import { head, row } from "../table.ts";
import type { People, Writes } from "./capture.ts";
import { replay } from "./replay.ts";
import { foldOnce } from "./seed.ts";
import { timesOf } from "./timing.ts";
import { factor, told, verdict } from "./told.ts";
import type { Twin, Twins } from "./twin.ts";

const passes = 4;
const crowdRounds = 4;
const goal = 1.1;

export async function writeTables(twins: Twins, people: People): Promise<void> {
  const sides = [twins.ruled, twins.bare];
  await oneByOne(sides, people);
  await allAtOnce(sides, people);
}

const kinds: [keyof Writes, string][] = [
  ["join", "`POST /accept-invite`"],
  ["change", "`PATCH …/members/:user_id`, a role"],
  ["remove", "`DELETE …/members/:user_id`"],
];

async function oneByOne(sides: Twin[], { emails, writes }: People): Promise<void> {
  const clients = await Promise.all(sides.map(({ serviceUrl }) => opened(serviceUrl)));
  const taken = kinds.map(() => sides.map(() => [] as number[]));
  // The first pass warms up.
  for (let pass = 0; pass <= passes; pass += 1) {
    for (const [i, person] of writes.entries()) {
      for (const [kind, [name]] of kinds.entries()) {
        // Each side first, every other time.
        for (const side of i % 2 === 0 ? [0, 1] : [1, 0]) {
          const { ms } = await replay(clients[side] as pg.Client, person[name]);
          if (pass > 0) taken[kind]?.[side]?.push(ms);
        }
      }
    }
    for (const { owner } of sides) await inviteAgain(owner, emails);
  }
  for (const client of clients) await client.end();
  head("one write: median / p95 in ms", "with statistics", "without", "ratio", `at most ${goal}`);
  for (const [kind, [, name]] of kinds.entries()) {
    const [ruled, bare] = (taken[kind] ?? []).map(timesOf);
    if (!ruled || !bare) continue;
    const ratio = ruled.median / bare.median;
    const fault = ratio > goal ? [factor(ruled.median, bare.median)] : [];
    row(name, told(ruled), told(bare), ratio.toFixed(2), verdict(fault));
  }
}

/** Everybody joins and leaves the one organization, each for themselves, as fast as it goes. */
async function allAtOnce(sides: Twin[], { emails, writes }: People): Promise<void> {
  const seconds = sides.map(() => 0);
  const deadlocks = sides.map(() => 0);
  for (const { owner } of sides) await deadlocksOf(owner, () => inviteAgain(owner, emails));
  for (let round = 0; round < crowdRounds; round += 1) {
    for (const [i, side] of sides.entries()) {
      const clients = await Promise.all(writes.map(() => opened(side.serviceUrl)));
      deadlocks[i] =
        (deadlocks[i] ?? 0) +
        (await deadlocksOf(side.owner, async () => {
          const stopFolding = keepFolding(side.owner);
          const began = performance.now();
          await Promise.all(
            writes.map(async ({ join, leave }, at) => {
              await replay(clients[at] as pg.Client, join);
              await replay(clients[at] as pg.Client, leave);
            }),
          );
          seconds[i] = (seconds[i] ?? 0) + (performance.now() - began) / 1000;
          await stopFolding();
          for (const client of clients) await client.end();
        }));
      await inviteAgain(side.owner, emails);
    }
  }
  const many = 2 * writes.length * crowdRounds;
  const [ruled = 0, bare = 0] = seconds;
  const rates = `${(many / ruled).toFixed(0)} / s with statistics, ${(many / bare).toFixed(0)} / s without`;
  head(`${writes.length} join and leave one organization at once, while changes are folded`, "", "");
  row("writes", rates, factor(bare, ruled));
  row(
    "deadlocks",
    `${deadlocks[0]} with statistics, ${deadlocks[1]} without`,
    verdict(deadlocks[0] ? ["0"] : []),
  );
}

function keepFolding(owner: pg.Client): () => Promise<void> {
  let folding = true;
  const done = (async () => {
    while (folding) await foldOnce(owner);
  })();
  return async () => {
    folding = false;
    await done;
  };
}

/** Of the whole database; sessions tell of theirs when they end. */
async function deadlocksOf(owner: pg.Client, action: () => Promise<void>): Promise<number> {
  const count = async () => {
    const { rows } = await owner.query(
      "select pg_stat_clear_snapshot(), deadlocks from pg_stat_database where datname = current_database()",
    );
    return rows[0].deadlocks as number;
  };
  const before = await count();
  await action();
  return (await count()) - before;
}

async function inviteAgain(owner: pg.Client, emails: string[]): Promise<void> {
  await owner.query("update invite set state = 'pending', settled_at = null where email = any ($1)", [
    emails,
  ]);
}

async function opened(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}
