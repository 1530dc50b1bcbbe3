// The files of src/db/rules and the rules of the database are the same thing, whatever was done by hand.
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyRules, readRules } from "../../scripts/rules.ts";
import { catalogueOf } from "./catalogue.ts";
import { type Held, heldByFiles } from "./rule-files.ts";
import { migratedDatabase, type Scratch, undone } from "./scratch.ts";

let scratch: Scratch;
beforeAll(async () => {
  scratch = await migratedDatabase();
});
afterAll(() => scratch.drop());

const grantee = "g.grantee in ('app_login'::regrole, 'app_tenant'::regrole)";
const queries: Record<keyof Held, string> = {
  functions: `select proname || ': ' || prosrc from pg_proc where pronamespace = 'app'::regnamespace`,
  triggers: `select relname || '.' || tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where not tgisinternal and c.relnamespace = 'public'::regnamespace`,
  policies: `select tablename || '.' || policyname || ' ' || lower(cmd) from pg_policies`,
  secured: `select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace`,
  grants: `
    select g.grantee::regrole || ': ' || lower(g.privilege_type) || ' on schema ' || nspname
    from pg_namespace, aclexplode(nspacl) g where ${grantee}
    union all
    select g.grantee::regrole || ': ' || lower(g.privilege_type) || ' on table ' || relname
    from pg_class, aclexplode(relacl) g where ${grantee}
    union all
    select g.grantee::regrole || ': ' || lower(g.privilege_type) || ' (' || attname || ') on table ' || relname
    from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(attacl) g where ${grantee}
    union all
    select g.grantee::regrole || ': ' || lower(g.privilege_type) || ' on function ' || nspname || '.' || proname
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(proacl) g where ${grantee}`,
};

async function heldByDatabase(client: pg.Client): Promise<Held> {
  const held: Partial<Held> = {};
  for (const [what, query] of Object.entries(queries) as [keyof Held, string][]) {
    const { rows } = await client.query({ text: query, rowMode: "array" });
    held[what] = rows.map(([line]) => String(line)).sort();
  }
  return held as Held;
}

test("every function, trigger, policy and grant of the database stands in a file, and the other way round", async () => {
  const files = heldByFiles();
  const database = await heldByDatabase(scratch.owner);
  for (const what of Object.keys(queries) as (keyof Held)[]) {
    expect(files[what].length, what).toBeGreaterThan(0);
    expect(database[what], what).toEqual(files[what]);
  }
});

test.each([
  ["functions", "create or replace function app.now_ms() returns bigint language sql as 'select 0::bigint'"],
  ["functions", "create function app.extra() returns integer language sql as 'select 1'"],
  ["triggers", 'drop trigger user_touch on "user"'],
  ["policies", "drop policy member_read on member"],
  ["policies", "create policy extra on member using (true)"],
  ["secured", "alter table member disable row level security"],
  ["grants", 'grant select (password) on "user" to app_tenant'],
  ["grants", "revoke execute on function app.sign_up from app_login"],
] as const)("the comparison sees %s changed by hand: %s", async (what, statement) => {
  const database = await undone(scratch.owner, async () => {
    await scratch.owner.query(statement);
    return heldByDatabase(scratch.owner);
  });
  expect(database[what]).not.toEqual(heldByFiles()[what]);
});

const byHand = [
  "drop function app.my_orgs cascade", // Takes policies along.
  "drop trigger member_touch on member",
  "alter table organisation disable trigger organisation_touch",
  "create trigger extra before update on role for each row execute function suppress_redundant_updates_trigger()",
  'drop policy user_read on "user"',
  "create policy extra on member using (true)",
  "create function app.extra() returns integer language sql as 'select 1'",
  "create or replace function app.now_ms() returns bigint language sql as 'select 0::bigint'",
  "grant execute on all functions in schema app to public, app_tenant",
  "alter table session disable row level security",
  "alter table session force row level security",
  "grant all on all tables in schema public to app_login",
  "grant all on all tables in schema public to public",
  'grant select (password), update (platform_admin) on "user" to app_tenant, public',
  "grant all on all sequences in schema public to app_tenant, public",
  "grant create on schema public to public, app_tenant",
  "revoke usage on schema public from app_tenant",
  "grant create on schema app to app_login",
];

test.each(byHand)("the rules applied anew undo what was done by hand: %s", async (statement) => {
  const { owner } = scratch;
  const before = await catalogueOf(owner);
  const [changed, after] = await undone(owner, async () => {
    await owner.query(statement);
    const changed = await catalogueOf(owner);
    // A new digest, as any change of a file brings; then the old one, to compare.
    expect(await applyRules(owner, [...readRules(), { path: "z.sql", sql: "" }])).toBe("applied");
    expect(await applyRules(owner)).toBe("applied");
    return [changed, await catalogueOf(owner)];
  });
  expect(changed).not.toEqual(before);
  expect(after).toEqual(before);
});

test("rules that are held already are not applied again", async () => {
  const { owner } = scratch;
  await undone(owner, async () => {
    expect(await applyRules(owner)).toBe("unchanged");
    const { rows } = await owner.query(
      "select from pg_locks where pid = pg_backend_pid() and mode = 'AccessExclusiveLock'",
    );
    expect(rows).toEqual([]);
  });
});

test("no table leans on schema app, which is dropped and rebuilt: no default, check, index or generated column", async () => {
  const { rows } = await scratch.owner.query(`
    select d.classid::regclass::text as kind, p.proname from pg_depend d join pg_proc p on p.oid = d.refobjid
    where d.refclassid = 'pg_proc'::regclass and p.pronamespace = 'app'::regnamespace
      and d.classid::regclass::text not in ('pg_policy', 'pg_trigger', 'pg_proc')`);
  expect(rows).toEqual([]);
});
