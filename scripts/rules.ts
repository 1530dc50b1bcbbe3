// The rules of the database (functions, triggers, policies, grants) as the files of src/db/rules hold them.
// They are applied as a whole: what is not in a file is not in the database.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ClientBase } from "pg";

export const rulesFolder = join(import.meta.dirname, "../src/db/rules");

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
  const digest = createHash("sha256").update(JSON.stringify(rules)).digest("hex");
  const held = await client.query<{ comment: string | null }>(
    "select obj_description(to_regnamespace('app'), 'pg_namespace') as comment",
  );
  if (held.rows[0]?.comment === digest) return "unchanged";

  await client.query("set local lock_timeout = '10s'");
  await client.query(dropEverything);
  for (const { path, sql } of rules) {
    try {
      await client.query(sql);
    } catch (error) {
      if (error instanceof Error) error.message = `${path}: ${error.message}`;
      throw error;
    }
  }
  await client.query(`comment on schema app is '${digest}'`);
  return "applied";
}

// What somebody granted to PUBLIC, or forced, by hand would go past the files as well.
const dropEverything = `
do $$
declare
  _policy record;
  _table regclass;
begin
  for _policy in select policyname, tablename from pg_policies where schemaname = 'public' loop
    execute format('drop policy %I on %I', _policy.policyname, _policy.tablename);
  end loop;
  for _table in
    select oid from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity loop
    execute format('alter table %s no force row level security', _table);
  end loop;
  revoke all on all tables in schema public from public;
  revoke all on all sequences in schema public from public;
  if exists (select from pg_roles where rolname = 'app_login') then
    revoke all on all tables in schema public from app_login, app_tenant;
    revoke all on all sequences in schema public from app_login, app_tenant;
    revoke all on schema public from app_login, app_tenant;
  end if;
end $$;
drop schema if exists app cascade`;
