// The outbox and the cron's pruning as several Workers meet in them: nobody takes, or waits for, what another holds.
import { afterAll, beforeEach, expect, test } from "vitest";
import { migratedDatabase, undone } from "./scratch.ts";

const scratch = await migratedDatabase();
const { owner } = scratch;
const [one, other] = [await scratch.connect("service"), await scratch.connect("service")];
afterAll(() => scratch.drop());
beforeEach(() => owner.query("truncate outbox, attempt, idempotency_key, organisation cascade"));

const numbers = async (query: string) =>
  (await owner.query<{ n: string }>(query)).rows.map(({ n }) => Number(n));
/** Mails that are due, the first one longest; returns their ids. */
const mails = (count: number) =>
  numbers(`insert into outbox (template, recipient, next_attempt_at)
    select 'login-alert', 'ada@example.com', n from generate_series(1, ${count}) n returning id as n`);

async function claim(client: typeof one, limit: number): Promise<number[]> {
  const { rows } = await client.query("select (app.claim_mails($1, 60000) ->> 'id')::integer as id", [limit]);
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}

test("two sweeps at once claim different mails, in the order in which they came due, and neither waits", async () => {
  const ids = await mails(12);
  await undone(one, async () => {
    expect(await claim(one, 5)).toEqual(ids.slice(0, 5));
    // The first has not committed.
    expect(await claim(other, 5)).toEqual(ids.slice(5, 10));
    expect(await claim(other, 5)).toEqual(ids.slice(10));
    expect(await claim(other, 5)).toEqual([]);
  });
  // The first died: what it claimed is free, what the other claimed is leased.
  expect(await claim(one, 12)).toEqual(ids.slice(0, 5));
  expect(await numbers("select attempts as n from outbox")).toEqual(Array(12).fill(1));
});

test("a claim is a lease of a minute", async () => {
  const [id] = await mails(1);
  const before = Date.now();
  await claim(one, 5);
  const [until] = await numbers(`select next_attempt_at as n from outbox where id = ${id}`);
  expect(until).toBeGreaterThanOrEqual(before + 60_000);
  expect(until).toBeLessThan(before + 70_000);
  expect(await claim(other, 5)).toEqual([]);
});

test("of two who kept a body the first one's counts", async () => {
  const [id] = await mails(1);
  const keep = async (client: typeof one, body: string) =>
    (await client.query("select app.keep_mail_body($1, $2) as answer", [id, body])).rows[0].answer;
  expect(await keep(one, "first")).toEqual({ over: false, body: "first" });
  expect(await keep(other, "second")).toEqual({ over: false, body: "first" });
});

test("of two who settled one mail, the one who knows that it was sent is right", async () => {
  const [id] = await mails(1);
  const settle = async (client: typeof one, outcome: string) =>
    (
      await client.query("select app.settle_mail($1) as answer", [
        JSON.stringify({ id, outcome, error: outcome }),
      ])
    ).rows[0].answer;
  expect(await settle(one, "retry")).toBe("retry");
  expect(await settle(other, "sent")).toBe("sent");
  expect(await settle(one, "retry")).toBe("settled before");
  expect(await settle(one, "failed")).toBe("settled before");
  const { rows } = await owner.query("select sent_at is not null as sent, failed_at, last_error from outbox");
  expect(rows).toEqual([{ sent: true, failed_at: null, last_error: null }]);
});

test("health names the oldest mail that waits, or none", async () => {
  const health = async () => (await one.query("select app.health() as answer")).rows[0].answer;
  expect(await health()).toEqual({ oldest_unsent_mail_ms: null });
  await mails(2);
  await owner.query("update outbox set created_at = app.now_ms() - 60000, sent_at = 1");
  expect(await health()).toEqual({ oldest_unsent_mail_ms: null });
  await owner.query("update outbox set sent_at = null where id = (select max(id) from outbox)");
  const { oldest_unsent_mail_ms: age } = await health();
  expect(age).toBeGreaterThanOrEqual(60_000);
  expect(age).toBeLessThan(70_000);
});

/** Five rows of each kind whose time is over, the first one longest. */
async function overdue(): Promise<void> {
  await owner.query(`
    insert into attempt (subject, attempted_at, last_at) select n, '{}', n from generate_series(1, 5) n;
    insert into throttle (subject, expires_at) select n, n from generate_series(1, 5) n;
    insert into idempotency_key (key, fingerprint, created_at) select n, '', n from generate_series(1, 5) n;
    insert into outbox (template, recipient, created_at, sent_at)
      select 'login-alert', 'ada@example.com', n, n from generate_series(1, 5) n;
    with o as (insert into organisation (name) values ('Acme') returning id),
      r as (insert into role (org_id, name, scope, permissions) select id, 'helper', 'organization', '{}' from o
        returning org_id, id)
    insert into invite (token, org_id, email, role_id, lifetime_ms, expires_at, state, settled_at)
      select n, r.org_id, n || '@example.com', r.id, 1, n, case when n > 5 then 'revoked' else 'pending' end,
        case when n > 5 then n end
      from r, generate_series(1, 10) n`);
}
const kinds = ["attempts", "throttles", "idempotency_keys", "mails", "invites", "settled_invites"];
async function prune(client: typeof one, limit: number): Promise<number[]> {
  const { rows } = await client.query("select app.prune($1) as removed", [limit]);
  return kinds.map((kind) => rows[0].removed[kind]);
}

test("pruning removes at most so many of each kind, the oldest first", async () => {
  await overdue();
  expect(await prune(one, 3)).toEqual([3, 3, 3, 3, 3, 3]);
  expect(await numbers("select last_at as n from attempt order by 1")).toEqual([4, 5]);
  expect(await numbers("select expires_at as n from throttle order by 1")).toEqual([4, 5]);
  expect(await numbers("select created_at as n from idempotency_key order by 1")).toEqual([4, 5]);
  expect(await numbers("select created_at as n from outbox order by 1")).toEqual([4, 5]);
  expect(await numbers("select expires_at as n from invite order by 1")).toEqual([4, 5, 9, 10]);
  expect(await prune(one, 3)).toEqual([2, 2, 2, 2, 2, 2]);
  expect(await prune(one, 3)).toEqual([0, 0, 0, 0, 0, 0]);
});

test("two runs at once share the work, and neither waits", async () => {
  await overdue();
  await one.query("begin");
  expect(await prune(one, 3)).toEqual([3, 3, 3, 3, 3, 3]);
  // The first has not committed.
  expect(await prune(other, 5)).toEqual([2, 2, 2, 2, 2, 2]);
  await one.query("commit");
  expect(await prune(other, 5)).toEqual([0, 0, 0, 0, 0, 0]);
});
