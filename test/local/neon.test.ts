// The wire contract of Neon's `POST /sql`, kept by the local endpoint over real Postgres.
import { randomBytes } from "node:crypto";
import { expect, inject, test } from "vitest";
import { batch, call, owner, query, value } from "./neon-call.ts";

const tableName = () => `contract_${randomBytes(6).toString("hex")}`;

test("values arrive as raw Postgres text with their types, null as null", async () => {
  const { status, body } = await query(
    "select 1::int as i, 9007199254740993::int8 as big, 1.50::numeric as n, true as b, null::text as nothing, " +
      "'{\"a\": [1]}'::jsonb as j, array['x','y z',null] as list, '\\x00ff'::bytea as bytes",
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ command: "SELECT", rowCount: 1, rowAsArray: true });
  expect(body.rows).toEqual([
    ["1", "9007199254740993", "1.50", "t", null, '{"a": [1]}', '{x,"y z",NULL}', "\\x00ff"],
  ]);
  expect(body.fields.map((field) => field.dataTypeID)).toEqual([23, 20, 1700, 16, 25, 3802, 1009, 17]);
  expect(body.fields[0]).toEqual({
    ...{ name: "i", dataTypeID: 23, tableID: 0, columnID: 0 },
    ...{ dataTypeSize: 4, dataTypeModifier: -1, format: "text" },
  });
});

test("parameters are untyped text: Postgres infers their types", async () => {
  const { body } = await query(
    "select $1::int + 1, $2::jsonb ->> 'a', $3::text[], $4::bytea, $5::bool, $6::text, $7::jsonb, length($8::text)",
    ["41", { a: "it's" }, ["x", 'q"\\', null, "NULL"], "\\x00ff", true, null, '{"k": 1}', "a\nü"],
  );
  expect(body.rows).toEqual([
    ["42", "it's", '{x,"q\\"\\\\",NULL,"NULL"}', "\\x00ff", "t", null, '{"k": 1}', "3"],
  ]);
});

test("rows come as objects without Neon-Array-Mode", async () => {
  const { body } = await query("select 1 as a, null as b", [], { "Neon-Array-Mode": "false" });
  expect(body).toMatchObject({ rowAsArray: false, rows: [{ a: "1", b: null }] });
});

test("commands tell what they did and to how many rows", async () => {
  const table = tableName();
  const { body } = await batch([
    `create table ${table} (id int)`,
    `insert into ${table} values (1), (2)`,
    `update ${table} set id = id + 1 returning id`,
    `delete from ${table} where id = 9`,
    `drop table ${table}`,
  ]);
  const told = body.results.map(({ command, rowCount }) => [command, rowCount]);
  expect(told).toEqual([
    ["CREATE", null],
    ["INSERT", 2],
    ["UPDATE", 2],
    ["DELETE", 0],
    ["DROP", null],
  ]);
});

test("an SQL error is a 400 with SQLSTATE and the constraint", async () => {
  const table = tableName();
  await query(`create table ${table} (id int constraint ${table}_id unique not null)`);
  await query(`insert into ${table} values (1)`);
  const { status, body } = await query(`insert into ${table} values (1)`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ code: "23505", constraint: `${table}_id`, severity: "ERROR", table });
  expect(body.detail).toContain("already exists");
  expect((await query(`insert into ${table} values (null)`)).body).toMatchObject({
    code: "23502",
    column: "id",
  });
  await query(`drop table ${table}`);
});

test("an error raised by a function carries its own SQLSTATE and constraint", async () => {
  const { body } = await query(
    "do $$ begin raise exception 'no' using errcode = 'TN403', constraint = 'permission_missing'; end $$",
  );
  expect(body).toMatchObject({ code: "TN403", constraint: "permission_missing", message: "no" });
});

test("a batch is one transaction: its first error rolls everything back", async () => {
  const table = tableName();
  await query(`create table ${table} (id int)`);
  const { status, body } = await batch([
    `insert into ${table} values (1)`,
    "select 1 / 0",
    `insert into ${table} values (2)`,
  ]);
  expect([status, body.code]).toEqual([400, "22012"]);
  expect(await value(`select count(*) from ${table}`)).toBe("0");
  await query(`drop table ${table}`);
});

test("an error at commit (a deferred constraint) is the batch's error", async () => {
  const table = tableName();
  await query(`create table ${table} (id int unique deferrable initially deferred)`);
  const answer = await batch([`insert into ${table} values (1)`, `insert into ${table} values (1)`]);
  expect([answer.status, answer.body.code]).toEqual([400, "23505"]);
  expect(await value(`select count(*) from ${table}`)).toBe("0");
  await query(`drop table ${table}`);
});

test.each([
  ["ReadUncommitted", "read uncommitted"],
  ["ReadCommitted", "read committed"],
  ["RepeatableRead", "repeatable read"],
  ["Serializable", "serializable"],
])("isolation level %s holds in the batch", async (header, level) => {
  const { body } = await batch(["show transaction_isolation"], { "Neon-Batch-Isolation-Level": header });
  expect(body.results[0]?.rows).toEqual([[level]]);
});

test("read-only and deferrable hold in the batch", async () => {
  const headers = {
    "Neon-Batch-Isolation-Level": "Serializable",
    "Neon-Batch-Read-Only": "true",
    "Neon-Batch-Deferrable": "true",
  };
  const { body } = await batch(["show transaction_read_only", "show transaction_deferrable"], headers);
  expect(body.results.map((result) => result.rows)).toEqual([[["on"]], [["on"]]]);
  const refused = await batch([`create table ${tableName()} (id int)`], { "Neon-Batch-Read-Only": "true" });
  expect([refused.status, refused.body.code]).toEqual([400, "25006"]);
});

test("one string holds one statement", async () => {
  expect((await query("select 1; select 2")).body.code).toBe("42601");
});

test("malformed calls are refused without a SQLSTATE", async () => {
  const refused = async (body: object | string, headers = {}) => {
    const answer = await call(body, headers);
    return [answer.status, answer.body.code];
  };
  expect(await refused("{")).toEqual([400, null]);
  expect(await refused({})).toEqual([400, null]);
  expect(await refused({ query: "select 1", params: {} })).toEqual([400, null]);
  expect(await refused({ query: "select 1" }, { "Neon-Connection-String": "nonsense" })).toEqual([400, null]);
  expect(await refused({ queries: [] }, { "Neon-Batch-Isolation-Level": "Chaos" })).toEqual([400, null]);
  expect((await fetch(`${inject("neonUrl")}/elsewhere`)).status).toBe(404);
});

test("the login is checked by Postgres", async () => {
  const url = new URL(inject("ownerUrl"));
  url.password = "wrong";
  const { status, body } = await query("select 1", [], { "Neon-Connection-String": url.href });
  expect([status, body.code]).toEqual([400, "28P01"]);
});

test("the host of the connection string is ignored", async () => {
  const url = new URL(inject("ownerUrl"));
  url.host = "ep-far-away-123456.eu-central-1.aws.neon.tech";
  const { body } = await query("select current_user", [], { "Neon-Connection-String": url.href });
  expect(body.rows).toEqual([[owner]]);
});

test("more than 10 MiB is refused, either way", async () => {
  const big = "x".repeat(10 * 1024 * 1024 + 1);
  expect((await query("select length($1)", [big])).status).toBe(413);
  const answer = await query("select repeat('x', 1024 * 1024) from generate_series(1, 11)");
  expect([answer.status, answer.body.message]).toEqual([
    507,
    "response is too large (max is 10485760 bytes)",
  ]);
  expect(await value("select 1")).toBe("1");
});

test("a caller who hangs up cancels the query", async () => {
  const mark = tableName();
  const abort = new AbortController();
  const sleeping = fetch(inject("neonSqlUrl"), {
    method: "POST",
    headers: { "Neon-Connection-String": inject("ownerUrl"), "Neon-Raw-Text-Output": "true" },
    body: JSON.stringify({ query: `select pg_sleep(30) as ${mark}` }),
    signal: abort.signal,
  });
  const running = `select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(30) as ' || $1`;
  await expect.poll(() => value(running, [mark])).toBe("1");
  abort.abort();
  await expect(sleeping).rejects.toThrow();
  await expect.poll(() => value(running, [mark])).toBe("0");
});
