// The rules of the database (functions, triggers, policies, grants) as the files of src/db/rules hold them.
// They are applied as a whole: what is not in a file is not in the database.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getTableName, is } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import pg, { type ClientBase } from "pg";
import * as schema from "../src/db/schema.ts";

export const rulesFolder = join(import.meta.dirname, "../src/db/rules");

/** Stands before the digest in the comment of schema `app`: what carries it was made here, and may be dropped. */
const ourMark = "gatehouse rules";

export type Rule = { path: string; sql: string };

/** Every rule file in the order of application: by folder number, then by name. Paths are relative to `folder`. */
export function readRules(folder = rulesFolder): Rule[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".sql"))
    .sort()
    .map((path) => ({ path, sql: readFileSync(join(folder, path), "utf8") }));
}

/**
 * Rebuilds schema `app`, all policies and all grants of the Worker's roles from the files, within the caller's
 * transaction. Does nothing (and locks nothing) when the database holds exactly these files already.
 * Errors: the Postgres error of a file, its path in front of the message.
 */
export async function applyRules(client: ClientBase, rules = readRules()): Promise<"applied" | "unchanged"> {
  const mark = `${ourMark} ${createHash("sha256").update(JSON.stringify(rules)).digest("hex")}`;
  const held = await client.query<{ comment: string | null }>(
    "select obj_description(to_regnamespace('app'), 'pg_namespace') as comment",
  );
  if (held.rows[0]?.comment === mark) return "unchanged";

  await dropRules(client);
  for (const { path, sql } of rules) {
    try {
      await client.query(sql);
    } catch (error) {
      if (error instanceof Error) error.message = `${path}: ${error.message}`;
      throw error;
    }
  }
  await client.query(`comment on schema app is '${mark}'`);
  return "applied";
}

/**
 * Takes every rule out, within the caller's transaction. Waits at most 10 s for each table's lock. Errors: the
 * database has a schema `app` of somebody else's.
 */
export async function dropRules(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ foreign: boolean }>(
    `select coalesce(obj_description(oid, 'pg_namespace') not like '${ourMark} %', true) as foreign
     from pg_namespace where nspname = 'app'`,
  );
  if (rows[0]?.foreign) {
    throw new Error(
      "This database has a schema `app` that is not Gatehouse's. Give Gatehouse a database of its own.",
    );
  }
  await client.query("set local lock_timeout = '10s'");
  await client.query(dropEverything);
}

/** Only what is ours is ours to rebuild: a team may keep tables of its own in the same schema. */
const ourTables = Object.values(schema).flatMap((value) => (is(value, PgTable) ? [getTableName(value)] : []));

// What somebody granted to PUBLIC, or forced, by hand would go past the files as well.
const dropEverything = `
do $$
declare
  _table record;
  _rule record;
  _grantees text := 'public';
begin
  if exists (select from pg_roles where rolname = 'app_login') then
    _grantees := 'public, app_login, app_tenant';
    revoke all on schema public from app_login, app_tenant;
  end if;
  for _table in
    select oid, oid::regclass as name, relforcerowsecurity as forced from pg_class
    where relnamespace = 'public'::regnamespace and relname in (${ourTables.map((name) => pg.escapeLiteral(name))})
  loop
    for _rule in select polname as name from pg_policy where polrelid = _table.oid loop
      execute format('drop policy %I on %s', _rule.name, _table.name);
    end loop;
    for _rule in select tgname as name from pg_trigger where tgrelid = _table.oid and not tgisinternal loop
      execute format('drop trigger %I on %s', _rule.name, _table.name);
    end loop;
    if _table.forced then
      execute format('alter table %s no force row level security', _table.name);
    end if;
    execute format('revoke all on %s from %s', _table.name, _grantees);
    for _rule in
      select s.oid::regclass as name from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      where d.refobjid = _table.oid
    loop
      execute format('revoke all on sequence %s from %s', _rule.name, _grantees);
    end loop;
  end loop;
end $$;
drop schema if exists app cascade`;
