// Whatever point a database is at, migrating it ends at the same one.
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { applyMigrations, migrate, migrationsFolder } from "../../scripts/migrate.ts";
import { applyRules, readRules, rulesFolder } from "../../scripts/rules.ts";
import { catalogueOf } from "./catalogue.ts";
import { firstMigrations, journal, tags, temporaryFolder } from "./journal.ts";
import { emptyDatabase, type Scratch } from "./scratch.ts";
import { seeds } from "./seeds.ts";

let fresh: string[];
let releases: unknown[];

const releasesOf = async ({ owner }: Scratch) =>
  (await owner.query(`select version, description from "version" order by created_at, version`)).rows;

async function scratch(): Promise<Scratch> {
  const database = await emptyDatabase();
  onTestFinished(() => database.drop());
  return database;
}

async function rowsIn({ owner }: Scratch): Promise<Record<string, number>> {
  const { rows } = await owner.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  const counted: Record<string, number> = {};
  for (const { name } of rows) {
    const { rows } = await owner.query<{ n: number }>(`select count(*)::int as n from "${name}"`);
    counted[name] = rows[0]?.n ?? 0;
  }
  return counted;
}

/** What a later migration makes of the rows that are there: more, and none fewer. */
const workedOut = ["past_member", "gone_members", "member_change"];

beforeAll(async () => {
  const database = await emptyDatabase();
  expect(await migrate(database.url)).toBe("applied");
  fresh = await catalogueOf(database.owner);
  releases = await releasesOf(database);
  await database.drop();
});

test("the catalogue that is compared holds something of every kind", () => {
  const kinds = new Set(fresh.map((line) => line.slice(0, line.indexOf(":"))));
  for (const kind of [
    "column",
    "constraint",
    "index",
    "policy",
    "function",
    "trigger",
    "column grant",
    "function grant",
  ])
    expect(kinds).toContain(kind);
});

// Every release ends with a migration that names it, so the database of each earlier release is one of these points.
test.each(tags.map((tag, index) => [index, tag]))(
  "a database with rows and %i migrations ends like an empty one",
  async (count) => {
    const database = await scratch();
    for (const [index, tag] of tags.slice(0, count).entries()) {
      await applyMigrations(database.owner, firstMigrations(index + 1));
      await database.owner.query(seeds[tag] ?? "");
    }
    await database.owner.query("begin");
    await applyRules(database.owner, olderRules);
    await database.owner.query("commit");
    const before = await rowsIn(database);

    expect(await migrate(database.url)).toBe("applied");
    expect(await catalogueOf(database.owner)).toEqual(fresh);
    expect(await releasesOf(database)).toEqual(releases);
    const kept = Object.entries(before).map(([table, count]) => [
      table,
      workedOut.includes(table) ? expect.toSatisfy((after: number) => after >= count) : count,
    ]);
    expect(await rowsIn(database)).toMatchObject({ ...Object.fromEntries(kept), version: releases.length });
  },
);

test("a link to reset that was sent before the upgrade works after it", async () => {
  const database = await scratch();
  for (const [index, tag] of tags.slice(0, tags.indexOf("0010_links_of_addresses")).entries()) {
    await applyMigrations(database.owner, firstMigrations(index + 1));
    await database.owner.query(seeds[tag] ?? "");
  }
  await migrate(database.url);
  const { rows } = await database.owner.query(
    `select app.look_at_mail_token('reset ' || id, 'reset', upper(email)) ->> 'outcome' as outcome from "user"`,
  );
  expect(rows.length).toBeGreaterThan(1);
  expect(rows).toEqual(rows.map(() => ({ outcome: "open" })));
});

test("the newest database of that list has a row in every table", async () => {
  const database = await scratch();
  for (const [index, tag] of tags.entries()) {
    await applyMigrations(database.owner, firstMigrations(index + 1));
    await database.owner.query(seeds[tag] ?? "");
  }
  const counted = await rowsIn(database);
  expect(Object.keys(counted).filter((table) => counted[table] === 0)).toEqual([]);
});

test("a migration may drop what the rules of the release before hold on to", async () => {
  const database = await scratch();
  const [roles] = olderRules;
  const holding = `create function app.held() returns integer language sql stable as 'select 1';
    create policy held on website using (url <> '' and id = app.held());
    create trigger held before update of url on website for each row execute function suppress_redundant_updates_trigger()`;
  await migrate(database.url, migrationsFolder, [...olderRules, { path: "2-holding.sql", sql: holding }]);
  const folder = firstMigrations(tags.length);
  const planted = { ...journal.entries.at(-1), when: Date.now() + 1e12, tag: "9999_planted" };
  writeFileSync(join(folder, "9999_planted.sql"), "alter table website drop column url");
  writeFileSync(
    join(folder, "meta/_journal.json"),
    JSON.stringify({ ...journal, entries: [...journal.entries, planted] }),
  );
  expect(await migrate(database.url, folder, roles ? [roles] : [])).toBe("applied");
  expect((await catalogueOf(database.owner)).filter((line) => /website\.url|held|older/.test(line))).toEqual(
    [],
  );
});

test("migrating a second time changes nothing", async () => {
  const database = await scratch();
  await migrate(database.url);
  expect(await migrate(database.url)).toBe("unchanged");
  expect(await catalogueOf(database.owner)).toEqual(fresh);
  expect(await releasesOf(database)).toEqual(releases);
});

test("several runs at once on an empty database migrate it once", async () => {
  const database = await scratch();
  const answers = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)));
  expect(answers.sort()).toEqual(["applied", "unchanged", "unchanged", "unchanged"]);
  expect(await catalogueOf(database.owner)).toEqual(fresh);
  expect(await releasesOf(database)).toEqual(releases);
});

test("a migration that fails leaves an empty database empty", async () => {
  const database = await scratch();
  const before = await catalogueOf(database.owner);
  const folder = firstMigrations(tags.length);
  writeFileSync(join(folder, `${tags.at(-1)}.sql`), "select 1 / 0");
  await expect(migrate(database.url, folder)).rejects.toMatchObject({ code: "22012" });
  expect(await catalogueOf(database.owner)).toEqual(before);
  const { rows } = await database.owner.query("select from pg_namespace where nspname = 'drizzle'");
  expect(rows).toEqual([]);
});

test("a rule that fails leaves the database as it was, migrations included, and names its file", async () => {
  const database = await scratch();
  const before = await catalogueOf(database.owner);
  const folder = temporaryFolder();
  cpSync(rulesFolder, folder, { recursive: true });
  writeFileSync(
    join(folder, "5-wrong.sql"),
    "create function app.wrong() returns nothing language sql as ''",
  );
  const wrong = readRules(folder);
  await expect(migrate(database.url, migrationsFolder, wrong)).rejects.toThrow(
    /^5-wrong\.sql: type "nothing"/,
  );
  expect(await catalogueOf(database.owner)).toEqual(before);

  await migrate(database.url);
  await expect(migrate(database.url, migrationsFolder, wrong)).rejects.toThrow("5-wrong.sql");
  expect(await catalogueOf(database.owner)).toEqual(fresh);
});

test("rules that wait for a lock give up, so that a deployment cannot queue the whole service behind it", async () => {
  const database = await scratch();
  await migrate(database.url);
  const { rows } = await database.owner.query<{ held: string }>(
    "select current_setting('lock_timeout') as held",
  );
  expect(rows[0]?.held).toBe("0");
  await database.owner.query("begin");
  await applyRules(database.owner, olderRules);
  const { rows: inside } = await database.owner.query("select current_setting('lock_timeout') as held");
  await database.owner.query("rollback");
  expect(inside).toEqual([{ held: "10s" }]);
});

/** Stands for the rules of an earlier release: none of it may be left. */
const olderRules = [
  { path: "0-roles.sql", sql: readRules().find((rule) => rule.path === "0-roles.sql")?.sql ?? "" },
  {
    path: "1-older.sql",
    sql: `create function app.older() returns trigger language plpgsql as 'begin return new; end';
      do $$ begin
        if to_regclass('public.organisation') is not null then
          create trigger older before insert on organisation for each row execute function app.older();
          create policy older on organisation for all to app_tenant using (true);
          grant all on organisation to app_login, app_tenant;
          grant update (name) on organisation to app_tenant;
        end if;
      end $$`,
  },
];

test("a schema of the same name that is somebody else's is left alone, and said so", async () => {
  const { owner, url, drop } = await emptyDatabase();
  await owner.query(
    "create schema app; create table app.invoice (id integer); insert into app.invoice values (7)",
  );
  await expect(migrate(url)).rejects.toThrow("a schema `app` that is not Gatehouse's");
  expect((await owner.query("select id from app.invoice")).rows).toEqual([{ id: 7 }]);
  expect((await owner.query("select from pg_class where relname = 'organisation'")).rows).toEqual([]);
  await drop();
});

test("tables of somebody else's in the same schema keep their policies, triggers and grants", async () => {
  const { owner, url, drop } = await emptyDatabase();
  await owner.query(`
    create table invoice (id integer);
    alter table invoice force row level security;
    create policy everybody on invoice using (true);
    create trigger quiet before update on invoice for each row execute function suppress_redundant_updates_trigger();
    grant select on invoice to public`);
  const theirs = () =>
    owner.query(`select relacl::text, relforcerowsecurity, array_agg(distinct polname) as policies, array_agg(distinct tgname) as triggers
      from pg_class c join pg_policy p on p.polrelid = c.oid join pg_trigger t on t.tgrelid = c.oid
      where relname = 'invoice' group by 1, 2`);
  const { rows: before } = await theirs();
  await migrate(url);
  expect((await theirs()).rows).toEqual(before);
  await drop();
});
