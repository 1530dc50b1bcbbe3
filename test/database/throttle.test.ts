// The counters themselves: exact under concurrency, never more than the limit in any window whatever the times, and small.
import type pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { accept, create, invited, newAddress, resend } from "./invitations.ts";
import { atOnce, whole } from "./races.ts";
import { type Statement, society } from "./society.ts";

const { scratch, owner, company, member } = await society();
const hour = 3_600_000;

/** Seconds to wait; null: counted. Only the owner may call it by itself. */
const countOne = async (client: pg.Client, subject: string, limit: number, windowMs: number) =>
  (await client.query("select app.count_one($1, $2, $3) as wait", [subject, limit, windowMs])).rows[0].wait as
    | number
    | null;
const entryOf = async (subject: string) =>
  (await owner.query("select * from throttle where subject = $1", [subject])).rows[0];

let crowd: pg.Client[];
beforeAll(async () => {
  crowd = await Promise.all(Array.from({ length: 25 }, () => scratch.connect()));
});

test.each([10, 20, 21, 37])("of fifty at once %i are counted, twenty times", async (limit) => {
  for (let round = 0; round < 20; round += 1) {
    const subject = crypto.randomUUID();
    const waits = await Promise.all(
      [...crowd, ...crowd].map((client) => countOne(client, subject, limit, hour)),
    );
    expect(waits.filter((wait) => wait === null)).toHaveLength(limit);
    const { counts } = await entryOf(subject);
    expect(counts.reduce((sum: number, n: number) => sum + n, 0)).toBe(limit);
  }
});

test("what is taken back while others count makes room for exactly as many", async () => {
  for (let round = 0; round < 20; round += 1) {
    const subject = crypto.randomUUID();
    const limit = round % 2 ? 10 : 30;
    for (let i = 0; i < limit; i += 1) await countOne(owner, subject, limit, hour);
    const at = Date.now() + 1000;
    const [, ...waits] = await Promise.all([
      Promise.all(crowd.slice(0, 5).map((c) => c.query("select app.take_back($1, $2)", [subject, at]))),
      ...crowd.slice(5).map((client) => countOne(client, subject, limit, hour)),
    ]);
    let counted = waits.filter((wait) => wait === null).length;
    for (let i = 0; i < 10; i += 1) if ((await countOne(owner, subject, limit, hour)) === null) counted += 1;
    expect(counted).toBe(5);
  }
});

/** A reproducible number below 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe("by a clock that the test sets", () => {
  const start = 1_800_000_000_000;
  beforeAll(async () => {
    await owner.query(`create or replace function app.now_ms() returns bigint language sql volatile
      as $$ select coalesce(nullif(current_setting('test.now', true), '')::bigint,
        (extract(epoch from clock_timestamp()) * 1000)::bigint) $$`);
  });
  const at = (now: number) => owner.query("select set_config('test.now', $1, false)", [String(now)]);

  test.each([
    [1, 1800_000],
    [5, 1800_000],
    [10, hour],
    [20, 900_000],
    [21, 900_000],
    [100, 900_000],
    [200, hour],
  ])(
    "%i within %i ms: never more in any window, and always again after the wait",
    { timeout: 60_000 },
    async (limit, windowMs) => {
      const [subject, chance] = [crypto.randomUUID(), random(limit)];
      const grain = limit <= 20 ? 1 : windowMs / 15;
      const counted: number[] = [];
      let now = start;
      const attempt = async () => {
        await at(now);
        const wait = await countOne(owner, subject, limit, windowMs);
        if (wait === null) counted.push(now);
        return wait;
      };
      let blocked = 0;
      for (let step = 0; step < 5 * limit + 60; step += 1) {
        // More than may pass, in bursts.
        now += Math.floor(chance() ** 4 * ((2 * windowMs) / limit));
        const wait = await attempt();
        const { slots, counts } = await entryOf(subject);
        expect(slots.length).toBeLessThanOrEqual(20);
        expect(counts.length).toBe(slots.length);
        if (wait === null) continue;
        blocked += 1;
        expect(wait).toBeGreaterThan(0);
        expect(wait * 1000).toBeLessThanOrEqual(windowMs + grain + 1000);
        // It is said when there is room, to the second: not before, and then there is.
        const blockedAt = now;
        now = blockedAt + (wait - 1) * 1000 - 1;
        if (now > blockedAt) expect(await attempt()).not.toBeNull();
        now = blockedAt + wait * 1000;
        expect(await attempt()).toBeNull();
      }
      for (const [i, first] of counted.entries()) {
        const next = counted[i + limit];
        if (next !== undefined) expect(next - first).toBeGreaterThanOrEqual(windowMs);
      }
      expect(counted.length).toBeGreaterThan(limit);
      expect(blocked).toBeGreaterThan(5);
    },
  );

  test("a blocked try changes nothing of what is kept", async () => {
    const subject = crypto.randomUUID();
    await at(start);
    for (let i = 0; i < 5; i += 1) await countOne(owner, subject, 5, hour);
    const before = await entryOf(subject);
    await at(start + 1000);
    for (let i = 0; i < 5; i += 1) expect(await countOne(owner, subject, 5, hour)).toBe(3600);
    expect(await entryOf(subject)).toEqual(before);
  });

  test("a limit that is lowered holds at once, one that is raised lets more in", async () => {
    const subject = crypto.randomUUID();
    await at(start);
    for (let i = 0; i < 30; i += 1) expect(await countOne(owner, subject, 30, hour)).toBeNull();
    expect(await countOne(owner, subject, 10, hour)).toBeGreaterThan(0);
    expect(await countOne(owner, subject, 31, hour)).toBeNull();
    expect(await countOne(owner, subject, 31, hour)).toBeGreaterThan(0);
  });

  test("many that are counted and taken back leave one small row", async () => {
    const subject = crypto.randomUUID();
    for (let i = 0; i < 100; i += 1) {
      await at(start + i);
      expect(await countOne(owner, subject, 5, hour)).toBeNull();
      await owner.query("select app.take_back($1, $2)", [subject, start + i]);
    }
    expect(await entryOf(subject)).toMatchObject({ slots: [], counts: [] });
    // Nothing to take back is nothing done.
    await owner.query("select app.take_back($1, $2)", [subject, start]);
    await owner.query("select app.take_back('never counted', $1)", [start]);
    expect(await entryOf("never counted")).toBeUndefined();
    await at(0);
    await owner.query("select set_config('test.now', '', false)");
  });
});

describe("a network", () => {
  const limited = async (limit: number, network: string) => {
    const clients = await Promise.all(crowd.map(() => scratch.connect("service")));
    for (const client of clients)
      await client.query(`set app.limits = '${JSON.stringify({ network, wrong_passwords: limit })}'`);
    return clients;
  };
  const tryAt = (client: pg.Client, email: string) =>
    client.query("select app.begin_sign_in($1) as answer", [email]).then(
      () => true,
      ({ code, constraint }) => {
        expect([code, constraint]).toEqual(["TN429", "too_many_requests"]);
        return false;
      },
    );

  test("with a large limit is counted in parts, which together are not more than the limit", {
    timeout: 60_000,
  }, async () => {
    const network = crypto.randomUUID();
    const clients = await limited(1000, network);
    const passed = await Promise.all(
      clients.map(async (client) => {
        let count = 0;
        for (let i = 0; i < 80; i += 1) if (await tryAt(client, newAddress())) count += 1;
        return count;
      }),
    );
    expect(passed.reduce((sum, count) => sum + count, 0)).toBe(16 * 62);
    const { rows } = await owner.query("select subject from throttle where subject like $1", [
      `%${network}%`,
    ]);
    expect(rows).toHaveLength(16);
  });

  test("takes back the entry of the same part", async () => {
    const network = crypto.randomUUID();
    const [client = owner] = await limited(1600, network);
    const sum = async () =>
      (
        await owner.query(
          "select coalesce(sum(n), 0)::int as n from throttle, unnest(counts) n where subject like $1",
          [`%${network}%`],
        )
      ).rows[0].n;
    const somebody = await member(await company());
    for (let i = 0; i < 5; i += 1) {
      const { rows } = await client.query("select app.begin_sign_in($1) as answer", [somebody.email]);
      expect(await sum()).toBe(1);
      await client.query(
        "select app.start_session($1, 1, null, $2, null, $3, 1000, 1000, 'agent', '192.0.2.1', 'Here', '{}')",
        [somebody.userId, rows[0].answer.attempt_at, crypto.randomUUID()],
      );
      expect(await sum()).toBe(0);
    }
  });
});

describe("a Worker that does not say its limits", () => {
  test("is the one of the release before: nothing but the account's own tries is counted", async () => {
    const older = await scratch.connect("service");
    await older.query("reset app.limits");
    const email = newAddress();
    const { rows: before } = await owner.query("select count(*) from throttle");
    for (let i = 0; i < 10; i += 1)
      expect((await older.query("select app.begin_sign_in($1) as answer", [email])).rows[0].answer).toEqual({
        attempt_at: expect.any(Number),
      });
    expect((await older.query("select app.begin_sign_in($1) as answer", [email])).rows[0].answer).toEqual({
      retry_after_seconds: expect.any(Number),
    });
    for (let i = 0; i < 12; i += 1)
      expect(
        (
          await older.query(`select app.request_reset($1, $2, 9000000000000, '{}', 'sealed') as answer`, [
            email,
            crypto.randomUUID(),
          ])
        ).rows[0].answer,
      ).toEqual({});
    expect((await owner.query("select count(*) from throttle")).rows).toEqual(before);
  });
});

describe("nobody is told of a deadlock", () => {
  const clients = async (many: number) =>
    Promise.all(Array.from({ length: many }, () => scratch.connect("service")));

  test("of invites, resends, acceptances and resets of one address at once", {
    timeout: 60_000,
  }, async () => {
    const [one, two, three, four, five, six] = (await clients(6)) as [
      pg.Client,
      pg.Client,
      pg.Client,
      pg.Client,
      pg.Client,
      pg.Client,
    ];
    for (let round = 0; round < 40; round += 1) {
      const [here, there] = [await company(), await company()];
      const admin = await member(here, "admin");
      const email = newAddress();
      // One that has expired, and is in the way of the next; one that is open.
      await invited(owner, here.owner, here, { email, expiresAt: 1 });
      const open = await invited(owner, there.owner, there, { email });
      const inviting = (client: pg.Client, who: typeof admin, org: number, effect: Statement) => ({
        client,
        effect: whole(client, who, org, effect, "write", true),
      });
      const plain = (client: pg.Client, text: string, values: unknown[]) => ({
        client,
        effect: async () => String((await client.query(text, values)).rows[0].outcome.outcome ?? "asked"),
      });
      const outcomes = await atOnce([
        inviting(one, here.owner, here.orgId, create(here, { email })),
        inviting(two, admin, here.orgId, create(here, { email })),
        inviting(three, there.owner, there.orgId, resend(there, open)),
        plain(four, accept(open).text, accept(open).values),
        plain(five, `select app.request_reset($1, $2, 9000000000000, '{}', 'sealed') as outcome`, [
          email,
          crypto.randomUUID(),
        ]),
        plain(six, "select app.begin_sign_in($1) as outcome", [email]),
      ]);
      expect(outcomes.join()).not.toMatch(/40P01|42|22|23|25/);
      expect(outcomes.slice(0, 2).sort()).toEqual(["TN409 invite_pending", "created"]);
      expect(outcomes[2]).toMatch(/^(resent|TN409 already_member|TN410 invite_accepted)$/);
      expect(outcomes[3]).toMatch(/^(accepted|invite_revoked)$/);
    }
  });
});
