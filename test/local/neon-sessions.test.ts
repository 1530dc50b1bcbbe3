// The local Neon endpoint pools its sessions: none may show one request's state to another, and many run at once.
import { randomBytes } from "node:crypto";
import { neon, neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/neon-http";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { batch, owner, query, value } from "./neon-call.ts";

const name = () => `state_${randomBytes(6).toString("hex")}`;
/** Enough requests to meet every pooled session again. */
const everywhere = (text: string) => Promise.all(Array.from({ length: 60 }, () => value(text)));

const stepDownRole = name();
beforeAll(async () => {
  await query(`create role ${stepDownRole}`);
  await query(`grant ${stepDownRole} to current_user with set true`);
});
afterAll(() => query(`drop role ${stepDownRole}`));

test.each([
  ["a role", () => `set role ${stepDownRole}`, () => `select (current_user = '${owner}')::text`],
  [
    "a setting",
    () => "set statement_timeout = 4242",
    () => "select (current_setting('statement_timeout') = '0')::text",
  ],
  [
    "a setting of ours",
    () => "select set_config('app.user_id', '7', false)",
    () => "select (coalesce(current_setting('app.user_id', true), '') = '')::text",
  ],
  [
    "a prepared statement",
    (own: string) => `prepare ${own} as select 1`,
    (own: string) => `select (count(*) = 0)::text from pg_prepared_statements where name = '${own}'`,
  ],
  [
    "a temporary table",
    (own: string) => `create temporary table ${own} (id int)`,
    (own: string) => `select (to_regclass('pg_temp.${own}') is null)::text`,
  ],
  [
    "a listener",
    (own: string) => `listen ${own}`,
    (own: string) => `select (not exists (select from pg_listening_channels() c where c = '${own}'))::text`,
  ],
])("%s does not leak into another request", async (_what, leave, isGone) => {
  const own = name();
  for (let round = 0; round < 5; round++) {
    const { status } = await query(leave(`${own}${round}`));
    expect(status).toBe(200);
  }
  expect(new Set(await everywhere(isGone(`${own}4`)))).toEqual(new Set(["true"]));
});

test("a transaction left open is rolled back", async () => {
  const own = name();
  await query(`begin /* ${own} */`);
  const open = `select count(*) from pg_stat_activity where state = 'idle in transaction' and query like $1`;
  await expect.poll(() => value(open, [`%${own}%`])).toBe("0");
});

test("an advisory lock ends with its request", async () => {
  await query("select pg_advisory_lock(815)");
  await expect
    .poll(() => value("select count(*) from pg_locks where locktype = 'advisory' and objid = 815"))
    .toBe("0");
});

test("a failed batch leaves nothing behind", async () => {
  await batch([`set role ${stepDownRole}`, "select set_config('app.user_id', '7', false)", "select 1 / 0"]);
  expect(new Set(await everywhere("select current_user"))).toEqual(new Set([owner]));
});

test("twenty parallel requests run at the same time", async () => {
  // Each takes its time; their spans overlap only if none waits for another's end.
  const span = "select extract(epoch from now()), extract(epoch from clock_timestamp()) from pg_sleep(0.3)";
  const spans = await Promise.all(
    Array.from({ length: 20 }, async () => (await query(span)).body.rows[0]?.map(Number) ?? []),
  );
  const lastStart = Math.max(...spans.map(([start = 0]) => start));
  const firstEnd = Math.min(...spans.map(([, end = 0]) => end));
  expect(lastStart).toBeLessThan(firstEnd);
});

test("a hundred requests queue for the pool and all are answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) => value("select $1::int, pg_sleep(0.01)", [i])),
  );
  expect(answers).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
});

test("the driver and drizzle work as against Neon", async () => {
  neonConfig.fetchEndpoint = inject("neonSqlUrl");
  const client = neon(inject("ownerUrl"));
  const [row] =
    await client`select ${41}::int + 1 as n, ${null}::text as nothing, ${["a", "b"]}::text[] as list,
    ${{ k: [1] }}::jsonb as json, ${Buffer.from([0, 255])}::bytea as bytes`;
  expect(row).toEqual({
    n: 42,
    nothing: null,
    list: ["a", "b"],
    json: { k: [1] },
    bytes: Buffer.from([0, 255]),
  });

  const db = drizzle(neon(inject("ownerUrl")));
  const table = sql.identifier(name());
  const [, , rows] = await db.batch([
    db.execute(sql`create table ${table} (id int primary key)`),
    db.execute(sql`insert into ${table} values (${1}), (${2})`),
    db.execute(sql`select id from ${table} order by id`),
  ]);
  expect(rows.rows).toEqual([{ id: 1 }, { id: 2 }]);
  const twice = db.batch([
    db.execute(sql`insert into ${table} values (3)`),
    db.execute(sql`insert into ${table} values (1)`),
  ]);
  await expect(twice).rejects.toMatchObject({ code: "23505", constraint: expect.stringMatching(/_pkey$/) });
  expect((await db.execute(sql`select count(*)::int as n from ${table}`)).rows).toEqual([{ n: 2 }]);
  await db.execute(sql`drop table ${table}`);
});
