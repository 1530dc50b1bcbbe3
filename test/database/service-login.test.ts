// The Worker's login by itself: what it does not reach without entering, and what it can never become.
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migratedDatabase, refusal, type Scratch, undone } from "./scratch.ts";
import { enter, type Tenants, twoTenants } from "./tenants.ts";

let scratch: Scratch;
let service: pg.Client;
let tenants: Tenants;
let tables: { name: string; column: string }[];

beforeAll(async () => {
  scratch = await migratedDatabase();
  service = await scratch.connect("service");
  tenants = await twoTenants(scratch, service);
  const { rows } = await scratch.owner.query(`
    select quote_ident(table_name) as name, (array_agg(quote_ident(column_name::text) order by ordinal_position desc))[1] as column
    from information_schema.columns where table_schema = 'public' and is_generated = 'NEVER' group by 1 order by 1`);
  tables = rows;
});
afterAll(() => scratch.drop());

const denied = { code: "42501" };

test("unentered, it reads and changes no table but version, which it only reads", async () => {
  expect(tables.length).toBeGreaterThan(12);
  const reads: string[] = [];
  const refused = async (statement: string) =>
    expect(await undone(service, () => refusal(service, statement)), statement).toMatchObject(denied);
  for (const { name, column } of tables) {
    if ((await refusal(service, `select from ${name}`)) === null) reads.push(name);
    await refused(`insert into ${name} default values`);
    await refused(`update ${name} set ${column} = ${column}`);
    await refused(`delete from ${name}`);
    await refused(`truncate ${name} cascade`);
    await refused(`select from ${name} for key share`);
    await refused(`lock table ${name} in share mode`);
  }
  expect(reads).toEqual(["version"]);
});

test("as app_tenant without having entered, it sees and changes no row", async () => {
  await undone(service, async () => {
    await service.query("set local role app_tenant");
    for (const { name } of tables.filter((table) => table.name !== "version")) {
      await service.query("savepoint s");
      const answer = await service.query(`select count(*)::int as n from ${name}`).catch((error) => error);
      if (answer.code) expect(answer, name).toMatchObject(denied);
      else expect(answer.rows, name).toEqual([{ n: 0 }]);
      await service.query("rollback to s");
    }
    expect(await service.query(`update "user" set settings = '{"mine": true}'`)).toMatchObject({
      rowCount: 0,
    });
    expect(await service.query("update session set ended_at = 0")).toMatchObject({ rowCount: 0 });
  });
});

test.each([
  "set role neondb_owner",
  "set session authorization neondb_owner",
  "select set_config('role', 'postgres', false)",
  "set role pg_read_all_data",
  "set role pg_monitor",
  "grant app_tenant to app_login with inherit true",
  "grant pg_read_all_data to app_login",
  "create role intruder",
  "alter role app_login createrole",
  "alter role app_login bypassrls",
  "alter role app_tenant login",
])("it becomes nobody else: %s", async (statement) => {
  const { rows } = await scratch.owner.query<{ name: string }>("select current_user as name");
  const named = statement.replace("neondb_owner", `"${rows[0]?.name}"`);
  expect(await undone(service, () => refusal(service, named))).toMatchObject(
    statement.includes("postgres") ? { code: expect.stringMatching(/^(42501|22023)$/) } : denied,
  );
});

test.each([
  "alter table member disable row level security",
  'alter table "user" add column extra text',
  "alter table member owner to app_login",
  "drop table attempt",
  "drop policy member_read on member",
  "create policy open on member using (true)",
  "alter function app.me() owner to app_login",
  "create or replace function app.me() returns integer language sql as 'select 1'",
  "create function app.extra() returns integer language sql as 'select 1'",
  "create function public.extra() returns integer language sql as 'select 1'",
  "create table public.extra (id integer)",
  "create view public.extra as select 1",
  "create schema extra",
  "create trigger extra before update on member execute function app.touch_updated_at()",
  "create index on member (org_id)",
  "create extension dblink",
  "create event trigger extra on ddl_command_end execute function app.touch_updated_at()",
  "comment on schema app is 'mine'",
  'grant select on "user" to public',
  "set session_replication_role = replica",
  "select rolpassword from pg_authid",
  "select passwd from pg_shadow",
  "select stavalues1 from pg_statistic",
  "select pg_read_file('postgresql.conf')",
  "copy (select 1) to program 'true'",
  "copy (select 1) to '/tmp/gatehouse-should-not-be'",
  "select app.found_organization(1, 'Mine', '{}', false)",
  "select app.post_mail('verify-email', 'victim@example.com', '{}')",
  "select app.forget_attempt('ann@example.com', 0)",
  "select app.count_attempt('ann@example.com')",
  "select app.forget_attempts('ann@example.com')",
  "select app.count_one('sign_ups from here', 1, 1000)",
  "select app.take_back('sign_ups from here', 0)",
  "select app.seconds_to_wait('sign_ups from here', 1, 1000)",
  "select app.require_room_for_network('sign_ups', 'ann@example.com', 1000)",
  "select app.count_mail('links', 'ann@example.com')",
  "select app.forget_mails('ann@example.com')",
  "select app.count_from_network('sign_ups', 'ann@example.com', 1000)",
  "select app.count_invitation(1, null, 'ann@example.com')",
  "select app.post_notice('login-alert', 'victim@example.com', '{}', false)",
  "select app.organizations_of(1)",
  "select app.org_access(1, 1)",
  "select app.refuse(404, 'not_found')",
  "select app.change_password(1, 0, 'hash', '{}')",
  "select app.begin_password_check()",
  "select app.authorize(1, 'member:read', 'read')",
  "select app.may(1, 'member:read')",
  "select app.standing(1)",
  "select app.require_standing(1, 'read', '{}')",
  "select app.my_orgs()",
  "select app.organization_name(1)",
  "select app.guest_org_names()",
  "select app.role_for(1, '1', 'organization')",
  "select app.find_members(1, null, null, null, null, 10)",
  "select app.create_organization('Mine', '{}', false, null, null)",
  "select app.create_website(1, 'Mine', 'https://mine.example', '{}', null, null)",
  "select app.transfer_ownership(1, 1)",
  "select app.delete_account(1, 0)",
  "select app.write_audit('member.deleted', null, '{}')",
  "select app.require_dominance(1, null, '{}', false)",
  "select app.lock_against_ownerlessness(1)",
  "select app.create_invite(1, null, 'mine@example.com', '\"owner\"', 1, 'hash', 'sealed', null, null)",
  "select app.resend_invite(1, null, 1, 'hash', 'sealed')",
  "select app.revoke_invite(1, null, 1)",
  "select app.hold_me()",
  "select app.resend_verification('hash', 1, 'sealed')",
  "select app.posted_mails()",
  "select app.end_account(1)",
  "select app.spend_mail_token('hash', 'verify', 'ann@example.com')",
  "select app.revoke_invites(1, null, 1)",
  "select app.role_wise_users(null, null, null, null, null, null, 10)",
  "select app.org_wise_members(null, null, null, null, null, 10)",
  "select app.org_role_wise_users(null, null, null, null, null, null, 10)",
  "select app.membership_growth(null, 'day', 'UTC', null, null, null)",
  "select app.member_counts('{1}', null, null, null)",
  "select app.members_before(null, '{1}', null)",
  "select app.all_users_by_role_name(null, null, null)",
  "select app.count_joined()",
])("it is refused: %s", async (statement) => {
  expect(await undone(service, () => refusal(service, statement))).toMatchObject(denied);
});

// These two cannot run in a transaction, so nothing would undo them.
test.each(["create database gatehouse_intruder", "alter system set log_statement = 'all'"])(
  "it is refused: %s",
  async (statement) => {
    expect(await refusal(service, statement)).toMatchObject(denied);
  },
);

test("turning row security off is refused by every table that has it", async () => {
  await undone(service, async () => {
    await enter(service, tenants.ann);
    await service.query("set local row_security = off");
    expect(await refusal(service, "select id from member")).toMatchObject(denied);
  });
});

test("the planner's statistics tell it nothing of anybody's rows", async () => {
  await scratch.owner.query("analyze");
  const inTable = `select count(*)::int as n from pg_stats where schemaname = 'public' and tablename <> 'version'`;
  expect((await scratch.owner.query(inTable)).rows[0]?.n).toBeGreaterThan(10);
  expect((await service.query(inTable)).rows).toEqual([{ n: 0 }]);
  await undone(service, async () => {
    await enter(service, tenants.ann);
    expect((await service.query(inTable)).rows).toEqual([{ n: 0 }]);
  });
});

test("going back from app_tenant to the login gains nothing", async () => {
  await undone(service, async () => {
    await enter(service, tenants.ann);
    await service.query("select set_config('role', 'none', true)");
    expect((await service.query("select current_user::text as name")).rows).toEqual([{ name: "app_login" }]);
    expect(await refusal(service, "select id from member")).toMatchObject(denied);
  });
});

test("an entered caller cannot enter as somebody else, nor use what runs before entering", async () => {
  for (const statement of [
    `select app.enter(${tenants.bob.sessionId}, ${tenants.bob.userId}, null, '', '')`,
    `select app.begin_sign_in('${tenants.bob.email}')`,
    "select app.claim_mails(10, 1000)",
    "select app.prune(10)",
    "select app.count_attempt('')",
    "select app.org_access(1, 1)",
    "select app.standing(1)",
    "select app.are_there(1, '{}')",
    "select app.require_permission(1, 'membership', 'read', '{}')",
    "select app.require_standing(1, 'read', '{}')",
    "select app.require_dominance(1, null, '{}', false)",
    "select app.found_organization(1, 'Mine', '{}', false)",
    "select app.recall_answer('key', '{}')",
    "select app.keep_answer('key', '{}', true)",
    "select app.write_audit('member.deleted', null, '{}')",
    "select app.audited('user', '{}')",
    "select app.has_active_owner(1)",
    "select app.lock_against_ownerlessness(1)",
    "select app.look_at_invite(1, 'hash', null)",
    "select app.accept_invite(1, 'hash', 'mine@example.com', 'hash', '{}', null)",
    "select app.look_at_mail_token('hash', 'reset', 'mine@example.com')",
    "select app.request_reset('mine@example.com', 'hash', 1, '{}', 'sealed')",
    "select app.reset_password('hash', 'mine@example.com', 'hash', '{}')",
    "select app.verify_email('hash', 'mine@example.com')",
    "select app.deny_sign_up('hash', 'mine@example.com')",
    `select app.spend_mail_token('hash', 'reset', '${tenants.bob.email}')`,
    `select app.end_account(${tenants.bob.userId})`,
    "select app.health()",
    "select app.post_mail('verify-email', 'victim@example.com', '{}')",
    "select app.notify('removed', '{}')",
    "select app.revoke_invites(1, null, 1)",
    "select app.standing_of(1, 1, false, null)",
    "select app.is_member(1, 1, null)",
    "select app.require_may_invite(1, null)",
    "select app.inviting_address()",
    "select app.fold_member_changes(10)",
    "select app.counted_orgs(null)",
    "select app.next_orgs(null, 0, 10)",
    "select app.member_counts('{1}', null, null, null)",
    "select app.guest_counts('{1}', null, null, null)",
    "select app.role_counts('{1}', null, null, null)",
    "select app.users_by_role_name('{1}', null, null, null)",
    "select app.all_users_by_role_name(null, null, null)",
    "select app.members_before(null, '{1}', null)",
    "select app.members_near_midnight(null, '{1}', null)",
    "select app.instants('{1}')",
    "select app.calendar('day', 'UTC', 0, 1)",
    "select app.first_of('day', 'UTC', 1, 1)",
    "select app.require_time_zone('UTC')",
    "select app.is_platform_admin()",
    "select app.require_platform_admin()",
  ])
    await undone(service, async () => {
      await enter(service, tenants.ann);
      expect(await refusal(service, statement), statement).toMatchObject(denied);
    });
});
