// What the Worker's two roles may do, written out. A change of a grant is a change of this list, on purpose.
import { afterAll, beforeAll, expect, test } from "vitest";
import { migratedDatabase, type Scratch } from "./scratch.ts";

let scratch: Scratch;
beforeAll(async () => {
  scratch = await migratedDatabase();
});
afterAll(() => scratch.drop());

/** Before anybody has entered: the flows, and the door. */
const loginFunctions = [
  "accept_invite",
  "begin_sign_in",
  "claim_mails",
  "deny_sign_up",
  "enter",
  "fold_member_changes",
  "health",
  "is_over",
  "keep_mail_body",
  "look_at_invite",
  "look_at_mail_token",
  "prune",
  "refresh_session",
  "request_reset",
  "reset_password",
  "settle_mail",
  "sign_up",
  "start_session",
  "verify_email",
];

/** Entered: who am I and where, the guard, flows of one's own account and inside an organization. */
const tenantFunctions = [
  "authorize",
  "begin_password_check",
  "change_password",
  "create_invite",
  "create_organization",
  "create_website",
  "delete_account",
  "find_members",
  "find_organizations",
  "find_users",
  "guest_org_names",
  "hold_me",
  "may",
  "me",
  "membership_growth",
  "merge_patch",
  "my_guest_orgs",
  "my_open_orgs",
  "my_orgs",
  "my_websites",
  "now_ms",
  "org_id",
  "org_role_wise_users",
  "org_wise_members",
  "organization_name",
  "posted_mails",
  "resend_invite",
  "resend_verification",
  "revoke_invite",
  "role_for",
  "role_named",
  "role_wise_users",
  "session_id",
  "set_organization_status",
  "set_user_status",
  "state_of",
  "transfer_ownership",
  "website_page",
];

const loginTables = ["version: select"];

const tenantTables = [
  "audit_event: select",
  "invite: select (id, user_id, org_id, website_id, email, role_id, state, expires_at, delivery_state, delivery_error, created_at, updated_at)",
  "member: delete",
  "member: select",
  "member: update (role_id, status, settings)",
  "organisation: delete",
  "organisation: select",
  "organisation: update (name, personal, settings)",
  "role: delete",
  "role: insert (org_id, name, description, scope, permissions)",
  "role: select",
  "role: update (name, description, scope, permissions)",
  "session: select",
  "session: update (ended_at, end_reason)",
  "user: select (id, email, profile, status, settings, email_verified_at, created_at, updated_at)",
  "user: update (profile, settings)",
  "version: select",
  "website: delete",
  "website: select",
  "website: update (name, url, settings)",
  "website_member: delete",
  "website_member: select",
  "website_member: update (role_id, status, settings)",
];

async function column(query: string, params: unknown[] = []): Promise<string[]> {
  const { rows } = await scratch.owner.query({ text: query, rowMode: "array" }, params);
  return rows.map(([value]) => String(value));
}

const ours = "pronamespace in ('app'::regnamespace, 'public'::regnamespace)";

test.each([
  ["app_login", loginFunctions],
  ["app_tenant", tenantFunctions],
])("%s executes these functions and no others", async (role, expected) => {
  const may = await column(
    `select proname from pg_proc where ${ours} and has_function_privilege($1, oid, 'execute')`,
    [role],
  );
  expect(may.sort()).toEqual(expected);
});

test.each([
  ["app_login", loginTables],
  ["app_tenant", tenantTables],
])("%s holds these privileges on tables and columns and no others", async (role, expected) => {
  // A privilege on the whole table is named alone, one on some columns with them.
  const may = await column(
    `with held as (
      select relname, lower(p) as privilege, has_table_privilege($1, c.oid, p) as whole, case
        when p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') then array(
          select attname from pg_attribute a where a.attrelid = c.oid and attnum > 0 and not attisdropped
            and has_column_privilege($1, c.oid, a.attnum, p) order by attnum)::text[]
        else '{}' end as columns
      from pg_class c, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f'))
    select relname || ': ' || privilege || case when whole then '' else ' (' || array_to_string(columns, ', ') || ')' end
    from held where whole or columns <> '{}'`,
    [role],
  );
  expect(may.sort()).toEqual(expected);
});

test("neither role reaches a sequence, nor makes anything anywhere", async () => {
  const may = await column(`
    select relname from pg_class, unnest('{app_login,app_tenant}'::text[]) r
    where relkind = 'S' and relnamespace = 'public'::regnamespace and has_sequence_privilege(r, oid, 'usage, select, update')
    union all
    select nspname from pg_namespace, unnest('{app_login,app_tenant}'::text[]) r where has_schema_privilege(r, oid, 'create')
    union all
    select datname from pg_database, unnest('{app_login,app_tenant}'::text[]) r
    where datname = current_database() and has_database_privilege(r, oid, 'create')`);
  expect(may).toEqual([]);
});

test("the two roles own nothing, bypass nothing and are in no role but app_login in app_tenant, by choice", async () => {
  const { rows } = await scratch.owner.query(`
    select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
      (select count(*)::int from pg_shdepend where refobjid = r.oid and deptype = 'o') as owned,
      array(select roleid::regrole || ' ' || inherit_option || ' ' || set_option || ' ' || admin_option
        from pg_auth_members where member = r.oid) as within
    from pg_roles r where rolname in ('app_login', 'app_tenant') order by rolname`);
  const nothing = {
    rolsuper: false,
    rolinherit: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolreplication: false,
    rolbypassrls: false,
    owned: 0,
  };
  expect(rows).toEqual([
    { rolname: "app_login", ...nothing, within: ["app_tenant false true false"] },
    { rolname: "app_tenant", ...nothing, within: [] },
  ]);
});

test("every table has row security, and none forces it on its owner", async () => {
  const { owner } = scratch;
  const open = await column(`select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity`);
  expect(open).toEqual([]);
  // Forced, definer functions would see everything here and nothing under an owner without BYPASSRLS.
  expect(await column("select relname from pg_class where relforcerowsecurity")).toEqual([]);
  const { rows } = await owner.query("select count(*)::int as n from pg_class where relrowsecurity");
  expect(rows[0]?.n).toBeGreaterThan(10);
});

test("every view asks the policies of who looks at it", async () => {
  const views = await column(`select relname from pg_class where relkind in ('v', 'm')
    and relnamespace in ('app'::regnamespace, 'public'::regnamespace)
    and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}'`);
  expect(views).toEqual([]);
});

test("every SECURITY DEFINER function pins its search path, with temporary objects last", async () => {
  const unpinned = await column(`select proname from pg_proc
    where ${ours} and prosecdef and not coalesce(proconfig, '{}') @> '{"search_path=public, pg_temp"}'`);
  expect(unpinned).toEqual([]);
  expect((await column(`select proname from pg_proc where ${ours} and prosecdef`)).length).toBeGreaterThan(
    10,
  );
});

test("no function that Postgres cannot inline is in SQL: it would be planned anew in every query that calls it", async () => {
  const inSql = "prolang = (select oid from pg_language where lanname = 'sql')";
  const planned = "(prosecdef or proconfig is not null or prosrc ~* '\\n\\s*(from|update|insert|delete)\\M')";
  expect(await column(`select proname from pg_proc where ${ours} and ${inSql} and ${planned}`)).toEqual([]);
  expect((await column(`select proname from pg_proc where ${ours} and ${inSql}`)).length).toBeGreaterThan(10);
});

test("PUBLIC executes nothing of ours", async () => {
  const open =
    await column(`select proname from pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) g
    where ${ours} and g.grantee = 0`);
  expect(open).toEqual([]);
});
