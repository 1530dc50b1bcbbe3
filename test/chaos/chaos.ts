// A run: many people at once, a database and a mail provider that fail all the time, clients that repeat; then everything
// is well again, and nothing may be missing, doubled or broken.
import { setTimeout as sleep } from "node:timers/promises";
import { type FaultProxy, startFaultProxy } from "../../local/fault-proxy.ts";
import { checks, toLines, violations } from "../../scripts/invariants/run.ts";
import { seeded } from "../database/seeded.ts";
import { openScene, type Scene } from "../faults/scene.ts";
import { type BadDays, databaseDays, providerDays } from "./bad-days.ts";
import { type Client, type Figures, noFigures, openClient, settlingMs } from "./client.ts";
import { companies } from "./companies.ts";
import { differences } from "./compare.ts";
import { openMailbox } from "./mailbox.ts";
import type { World } from "./world.ts";

export type Chaos = { seed: number; seconds: number; companies: number };
export type Outcome = {
  figures: Figures;
  noticed: string[];
  database: Map<string, number>;
  provider: Map<string, number>;
  crons: number;
  people: number;
  organizations: number;
  mails: number;
  invariants: number;
};

/** Of the calls to the database, of those to the provider, and of the requests whose client gives up. */
const shares = { database: 0.15, provider: 0.3, client: 0.05 };
/** What arrives too late has arrived by then (local/fault-proxy.ts). */
const lateMs = 6_000;
/** So much passes for waiting mails at each tick. */
const hurryMs = 60_000;
const tickMs = 500;
const cronMs = 1_000;
const mostCrons = 5;

/** `spoil`: done to the database after all was compared, to be noticed when it is compared again. */
export async function runChaos(
  { seed, seconds, companies: many }: Chaos,
  spoil?: (scene: Scene) => Promise<unknown>,
): Promise<Outcome> {
  const days = {
    database: databaseDays(seeded(seed), settlingMs * 0.8),
    provider: providerDays(seeded(seed + 1)),
  };
  const proxies: FaultProxy[] = [];
  const between = async (target: string, { pick }: BadDays) => {
    const proxy = await startFaultProxy({ target, pick });
    proxies.push(proxy);
    return proxy.url;
  };
  const scene = await openScene(async ({ neon, inbox }) => ({
    LOCAL_NEON_ENDPOINT: await between(neon.sqlUrl, days.database),
    LOCAL_RESEND_URL: await between(`${inbox.url}/emails`, days.provider),
  }));
  try {
    const figures = noFigures();
    const random = seeded(seed + 2);
    const probe = probeLag(scene.url);
    const client = openClient(scene.url, random, figures, probe.lagBetween);
    const end = Date.now() + seconds * 1000;
    const world: World = {
      ...{ client, random, figures, people: [], organizations: [] },
      mailbox: openMailbox(scene.inbox.url),
      over: () => Date.now() > end,
    };
    const time = passTime(scene, figures);
    setShares(days, client, shares);
    await Promise.all(Array.from({ length: many }, () => companies(world)));
    setShares(days, client, { database: 0, provider: 0, client: 0 });
    const crons = await time.stop();

    await everybodyGoesOn(world);
    await probe.stop();
    await sleep(lateMs);
    await scene.drain();
    if (figures.devServer > 2 + figures.requests / 100)
      figures.wrong.push(`${figures.devServer} of ${figures.requests} requests were lost before the Worker`);
    figures.wrong.push(...(await differences(scene, world)), ...toLines(await violations(scene.owner)));
    const [{ mails }] = await scene.query(
      "select count(*)::int as mails from outbox where sent_at is not null",
    );
    await spoil?.(scene);
    const noticed = spoil ? await differences(scene, world) : [];
    return {
      ...{ noticed, figures, crons, mails, database: days.database.counts, provider: days.provider.counts },
      ...{
        people: world.people.length,
        organizations: world.organizations.length,
        invariants: checks.length,
      },
    };
  } finally {
    await scene.close();
    for (const proxy of proxies) await proxy.close();
  }
}

function setShares(days: Record<"database" | "provider", BadDays>, client: Client, to: typeof shares): void {
  days.database.share = to.database;
  days.provider.share = to.provider;
  client.hangUps = to.client;
}

/**
 * How long the machine makes one wait who asks for nothing: a page without a trip, over and over. On a machine with
 * something to spare this is next to nothing.
 */
function probeLag(url: string) {
  const waits: { from: number; to: number }[] = [];
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const wait = { from: performance.now(), to: Number.POSITIVE_INFINITY };
      waits.push(wait);
      await (await fetch(`${url}/.well-known/jwks.json`)).text();
      wait.to = performance.now();
      await sleep(100);
    }
  })();
  return {
    lagBetween: (from: number, to: number) =>
      waits.reduce((sum, wait) => sum + Math.max(0, Math.min(to, wait.to) - Math.max(from, wait.from)), 0),
    async stop() {
      stopped = true;
      await loop;
    },
  };
}

/** Crons, overlapping as they may, and the pauses between two tries at a mail, in a hurry. */
function passTime({ cron, query }: Scene, figures: Figures) {
  const running = new Set<Promise<void>>();
  let crons = 0;
  let stopped = false;
  const fire = () => {
    crons += 1;
    const one = cron()
      .catch((error) => figures.wrong.push(`${error}`))
      .then(() => void running.delete(one));
    running.add(one);
  };
  // What a settling sender has locked is its own to move.
  const hurry = () =>
    query(
      `update outbox set next_attempt_at = next_attempt_at - ${hurryMs} where id in (
         select id from outbox where sent_at is null and failed_at is null for update skip locked)`,
    );
  const loop = (async () => {
    for (let tick = 0; !stopped; tick += 1) {
      await hurry();
      if ((tick * tickMs) % cronMs === 0 && running.size < mostCrons) fire();
      await sleep(tickMs);
    }
  })();
  return {
    async stop(): Promise<number> {
      stopped = true;
      await loop;
      await Promise.all(running);
      return crons;
    },
  };
}

/** The next request of each person works: nothing has to be restarted, and nobody is locked out. */
async function everybodyGoesOn({ people, client, figures }: World): Promise<void> {
  for (const { alive, email, password, ip, access } of people) {
    if (!alive) continue;
    const me = await client.attempt("GET /me", { ip, token: access });
    if (me?.code !== "200") figures.wrong.push(`${email}: the first request after the faults: ${me?.code}`);
    const signIn = await client.attempt("POST /signin", { ip, json: { email, password } });
    // Whose answers were lost too often waits as after wrong passwords.
    if (signIn?.code !== "200" && signIn?.code !== "too_many_attempts")
      figures.wrong.push(`${email}: signing in after the faults: ${signIn?.code}`);
  }
}
