// The cron's fold: oldest first, one at a time, waiting for nobody; what it did not finish it did not begin.
import type pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { type Answers, answers, answersFor } from "./answers.ts";
import { type Company, society } from "./society.ts";
import { fold, foldOnce, leftovers, miscounts } from "./tallies.ts";
import { enter, joins } from "./tenants.ts";

const { scratch, owner, service, company, member, person } = await society();
const other = await scratch.connect("service");

/** A company whose changes are folded, unlike those of `many` who join it then. */
async function scene(many: number): Promise<Company> {
  const org = await company();
  await fold(service);
  for (let joined = 0; joined < many; joined += 1) await member(org);
  return org;
}

const count = async (table: string, where = "true") =>
  (await owner.query<{ n: number }>(`select count(*)::int as n from ${table} where ${where}`)).rows[0]?.n;

const membersIn = (answered: Answers) => answered.members.map((row) => row.member_count);
const growthIn = ({ growth }: Answers) => ({
  joined: growth.reduce((sum, row) => sum + row.joined, 0),
  left: growth.reduce((sum, row) => sum + row.left, 0),
  total: growth.at(-1)?.total,
});

const exact = async () => {
  expect(await miscounts(owner)).toEqual([]);
};

/** An open transaction in which that was done. */
async function open(client: pg.Client, statement: string) {
  await client.query("begin");
  onTestFinished(async () => void (await client.query("rollback")));
  return client.query(statement);
}

test("it folds as many changes as it was told, the oldest first, and says how many", async () => {
  const org = await scene(5);
  const ids = async () =>
    (await owner.query("select id from member_change order by id")).rows.map((row) => row.id as string);
  const all = await ids();
  expect(all).toHaveLength(5);
  expect(await foldOnce(service, 2)).toBe(2);
  expect(await ids()).toEqual(all.slice(2));
  await exact();
  expect(await foldOnce(service, 1_000)).toBe(3);
  expect(await foldOnce(service, 1_000)).toBe(0);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
  const { rows } = await owner.query("select sum(members)::int as n from member_tally where org_id = $1", [
    org.orgId,
  ]);
  expect(rows).toEqual([{ n: 6 }]);
});

test("of two at once one does nothing, at once, and nothing is counted twice", async () => {
  const org = await scene(5);
  await open(service, "select app.fold_member_changes(3)");
  expect(await foldOnce(other)).toBe(0);
  // Whoever reads meanwhile sees all of it, once.
  await exact();
  expect(membersIn(await answersFor(other, org.owner, org.orgId))).toEqual([6]);
  await service.query("commit");
  await exact();
  expect(await foldOnce(other)).toBe(2);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
});

test("ten at once, over and over, count nothing twice and leave nothing", async () => {
  await scene(40);
  const clients = await Promise.all(Array.from({ length: 10 }, () => scratch.connect()));
  const folded = await Promise.all(
    clients.map(async (client) => {
      let all = 0;
      // Who was turned away folded nothing either.
      const left = () => client.query("select from member_change limit 1");
      while ((await left()).rowCount) all += await foldOnce(client, 3);
      return all;
    }),
  );
  expect(folded.reduce((sum, one) => sum + one)).toBe(40);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
});

test("one that is undone did nothing", async () => {
  await scene(4);
  const tallies = async () => [await count("member_tally"), await count("growth_tally")];
  const before = await tallies();
  await service.query("begin");
  expect(await foldOnce(service)).toBe(4);
  await service.query("rollback");
  expect(await count("member_change")).toBe(4);
  expect(await tallies()).toEqual(before);
  await exact();
  expect(await foldOnce(service)).toBe(4);
  await exact();
});

test("one whose connection is cut did nothing, and holds up no other for long", async () => {
  await scene(4);
  const doomed = await scratch.connect("service");
  const { rows } = await doomed.query<{ pid: number }>("select pg_backend_pid() as pid");
  await doomed.query("begin");
  expect(await foldOnce(doomed)).toBe(4);
  const cut = new Promise((resolve) => doomed.on("error", resolve));
  (
    doomed as unknown as { connection: { stream: { destroy(error: Error): void } } }
  ).connection.stream.destroy(new Error("cut"));
  await cut;
  const there = "select from pg_stat_activity where pid = $1";
  while ((await owner.query(there, [rows[0]?.pid])).rowCount);
  expect(await count("member_change")).toBe(4);
  await exact();
  expect(await foldOnce(service)).toBe(4);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
});

test("numbers that have come to nothing are not kept", async () => {
  const org = await scene(0);
  const ben = await member(org);
  await owner.query("update member set created_at = 1 where user_id = $1", [ben.userId]);
  await fold(service);
  const first = { tally: `org_id = ${org.orgId} and day = 0`, growth: `org_id = ${org.orgId} and slot = 0` };
  expect([await count("member_tally", first.tally), await count("growth_tally", first.growth)]).toEqual([
    1, 2,
  ]);
  await owner.query("update member set created_at = 86400000 where user_id = $1", [ben.userId]);
  await fold(service);
  // The whole service's too.
  expect(await count("growth_tally", "slot = 0")).toBe(0);
  expect(await count("member_tally", first.tally)).toBe(0);
  await owner.query("delete from member where user_id = $1", [ben.userId]);
  await fold(service);
  expect(await count("member_tally", `org_id = ${org.orgId} and day = 1`)).toBe(0);
  // That they were there remains.
  expect(await count("growth_tally", `org_id = ${org.orgId} and hours = 24 and slot = 1`)).toBe(1);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
});

test("joining and leaving before it comes leaves one number of each, and no member", async () => {
  const org = await scene(0);
  const somebody = await person();
  for (let times = 0; times < 5; times += 1) {
    await joins(owner, somebody, org);
    await owner.query("delete from member where user_id = $1", [somebody.userId]);
  }
  await fold(service);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
  const { rows } = await owner.query(
    "select sum(joined)::int as joined, sum(ended)::int as ended from growth_tally where org_id = $1 and hours = 1",
    [org.orgId],
  );
  // And the one who founded it.
  expect(rows).toEqual([{ joined: 6, ended: 5 }]);
});

test.each(["key share", "no key update"])(
  "requests that hold an organization %s keep nothing of it from being folded",
  async (strength) => {
    const org = await scene(3);
    await open(owner, `select from organisation where id = ${org.orgId} for ${strength}`);
    expect(await foldOnce(service)).toBe(3);
    await exact();
  },
);

test("an organization that is being deleted is left for later, and others are not", async () => {
  const [org, neighbour] = [await scene(3), await company()];
  await owner.query("begin");
  await owner.query("select from organisation where id = $1 for update", [org.orgId]);
  // The neighbour's founder.
  expect(await foldOnce(service)).toBe(1);
  expect(await foldOnce(service)).toBe(0);
  await owner.query("rollback");
  await exact();
  expect(await count("member_tally", `org_id = ${neighbour.orgId}`)).toBe(1);
  expect(await foldOnce(service)).toBe(3);
  await exact();
  expect(await leftovers(owner)).toEqual([]);
});

test("who reads in one snapshot reads the same numbers while others write and fold", async () => {
  const org = await scene(5);
  const { rows } = await owner.query<{ now: string }>("select app.now_ms() + 1 as now");
  const now = Number(rows[0]?.now);
  await other.query("begin isolation level repeatable read, read only");
  await enter(other, org.owner);
  const first = await answers(other, null, now);
  expect(membersIn(first)).toEqual([6]);
  expect(growthIn(first)).toEqual({ joined: 6, left: 0, total: 6 });
  for (const limit of [1, 2, 1_000]) {
    await foldOnce(service, limit);
    expect(await answers(other, null, now)).toEqual(first);
  }
  await owner.query("delete from member where org_id = $1 and user_id <> $2", [org.orgId, org.owner.userId]);
  await member(org, "admin");
  await fold(service);
  expect(await answers(other, null, now)).toEqual(first);
  await other.query("commit");
  const later = await answersFor(other, org.owner);
  expect(membersIn(later)).toEqual([2]);
  expect(growthIn(later)).toEqual({ joined: 7, left: 5, total: 2 });
});

test("folding says nothing different from not folding, of anything that is asked", async () => {
  const [org, elsewhere] = [await scene(3), await company()];
  await joins(owner, org.owner, elsewhere, "admin");
  const dan = await member(org, ["stats:read"], 1);
  await owner.query("delete from member where user_id = $1", [dan.userId]);
  const before = [await answersFor(other, org.owner), await answersFor(other, org.owner, org.orgId)];
  await fold(service);
  expect([await answersFor(other, org.owner), await answersFor(other, org.owner, org.orgId)]).toEqual(before);
});
