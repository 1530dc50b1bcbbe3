// The search path attack: objects of the session's own under the names that the rules use.
import { afterAll, beforeAll, expect, test } from "vitest";
import { migratedDatabase, refusal, type Scratch, undone } from "./scratch.ts";
import { call, enter, passwordHash, type Tenants, twoTenants } from "./tenants.ts";

let scratch: Scratch;
let tenants: Tenants;

beforeAll(async () => {
  scratch = await migratedDatabase();
  tenants = await twoTenants(scratch, await scratch.connect("service"));
});
afterAll(() => scratch.drop());

test("temporary objects that hijack names fool no function", async () => {
  const mallory = await scratch.connect("service");
  const { ann, bob } = tenants;
  await mallory.query(`
    create temp table "user" (id integer, email text, password text, profile jsonb, status integer, settings jsonb,
      email_verified_at bigint, platform_admin boolean, credential_version integer, created_at bigint, updated_at bigint);
    insert into pg_temp."user" values (${bob.userId}, '${bob.email}', 'stolen', '{}', 0, '{}', 0, true, 99, 0, 0);
    create temp table session (id bigint, user_id integer, ended_at bigint, expires_at bigint);
    insert into pg_temp.session values (${ann.sessionId}, ${bob.userId}, null, 9e15);
    create temp table member (id integer, org_id integer, user_id integer, role_id integer, status integer);
    create temp table role (id integer, permissions text[], system boolean, name text);
    insert into pg_temp.member select 1, ${tenants.globex.orgId}, ${ann.userId}, 1, 0;
    insert into pg_temp.role select 1, '{member:read}', true, 'owner';
    create temp table organisation (id integer, status integer);
    insert into pg_temp.organisation values (${tenants.globex.orgId}, 0);
    create temp table website (id integer, org_id integer);
    create temp table website_member (id integer, website_id integer, org_id integer, user_id integer, role_id integer,
      status integer);
    insert into pg_temp.website values (${tenants.globex.websiteId}, ${tenants.globex.orgId});
    insert into pg_temp.website_member
      values (1, ${tenants.globex.websiteId}, ${tenants.globex.orgId}, ${ann.userId}, 1, 0);
    create temp table invite (id integer, org_id integer, website_id integer, email text, token text, user_id integer,
      role_id integer, role_scope text, state text, lifetime_ms bigint, expires_at bigint, settled_at bigint,
      mail_id bigint, delivery_state text, delivery_error text, created_at bigint, updated_at bigint);
    insert into pg_temp.invite values (999, ${tenants.globex.orgId}, null, '${ann.email}', 'forged', ${bob.userId},
      ${tenants.globex.roles.owner}, null, 'pending', 1, 9e15, null, null, 'sent', null, 0, 0);
    create temp table outbox (id bigint, template text);
    create temp table mail_token (hash text, kind text, user_id integer, address text, expires_at bigint, spent_at bigint);
    insert into pg_temp.mail_token values ('forged', 'verify', ${bob.userId}, null, 9e15, null),
      ('forged', 'reset', null, encode(sha256('${bob.email}'), 'hex'), 9e15, null);
    create temp table audit_event (id integer, org_id integer, action text);
    create temp table past_member (id integer, org_id integer, status integer, joined_at bigint, left_at bigint);
    create temp table member_change (id integer, org_id integer, role_id integer, status integer, at bigint,
      members integer, joined integer, ended integer);
    create temp table member_tally (org_id integer, day bigint, role_id integer, status integer, members integer);
    insert into pg_temp.member_tally values (${tenants.acme.orgId}, 1, ${tenants.acme.roles.owner}, 0, 500);
    create temp table growth_tally (org_id integer, hours smallint, slot bigint, status integer, joined integer,
      ended integer);
    insert into pg_temp.growth_tally values (${tenants.acme.orgId}, 24, 1, 0, 500, 0);
    create function pg_temp.slot_of(bigint, integer) returns bigint language sql as 'select 1::bigint';
    create function pg_temp.standing(integer, boolean, integer) returns boolean language sql as 'select true';
    create function pg_temp.refuse(integer, text) returns void language sql as 'select null';
    create function pg_temp.now_ms() returns bigint language sql as 'select 0::bigint';
    create function pg_temp.me() returns integer language sql as 'select ${bob.userId}';
    create function pg_temp.current_setting(text, boolean) returns text language sql as $$ select '${bob.userId}' $$;
    create function pg_temp.lower(text) returns text language sql as $$ select '${bob.email}' $$;
    create function pg_temp.same(integer, integer) returns boolean language sql as 'select true';
    create operator pg_temp.= (leftarg = integer, rightarg = integer, function = pg_temp.same);
    grant select on all tables in schema pg_temp to public;`);
  for (const path of ["pg_temp, public", "pg_temp, app, public, pg_catalog"]) {
    await mallory.query(`set search_path = ${path}`);
    // Neither Bob's stolen password, nor Ann's session as his, nor a membership that is not there.
    expect(await call(mallory, "begin_sign_in($1)", [bob.email])).toMatchObject({
      password_hash: passwordHash,
    });
    await mallory.query("begin");
    const entering = "select app.enter($1, $2, null, '', '')";
    expect(await refusal(mallory, entering, [ann.sessionId, bob.userId])).toMatchObject({ code: "TN401" });
    await mallory.query("rollback");
    await undone(mallory, async () => {
      await enter(mallory, ann);
      expect((await mallory.query("select app.me() as id")).rows).toEqual([{ id: ann.userId }]);
      const { rows } = await mallory.query("select app.my_orgs('member:read') as id");
      expect(rows).toEqual([{ id: tenants.acme.orgId }]);
      const { rows: people } = await mallory.query('select id from public."user" where id = $1', [
        bob.userId,
      ]);
      expect(people).toEqual([]);
      const guard = "select app.authorize($1, 'member:read', 'read')";
      expect(await refusal(mallory, guard, [tenants.globex.orgId])).toMatchObject({ code: "TN404" });
    });
    await undone(mallory, async () => {
      await enter(mallory, ann);
      expect((await mallory.query("select app.my_websites() as id")).rows).toEqual([]);
      expect((await mallory.query("select app.my_open_orgs() as id")).rows).toEqual([
        { id: tenants.acme.orgId },
      ]);
    });
    // Nor an invite, nor a link in a mail, that are not there.
    const accepted = await call(mallory, "accept_invite(999, 'forged', $1, 'mine', '{}', null)", [ann.email]);
    expect(accepted).toEqual({ outcome: "invite_void" });
    const reset = await call(mallory, "reset_password('forged', $1, 'mine', '{}')", [bob.email]);
    expect(reset).toEqual({ outcome: "token_spent" });
    await undone(mallory, async () => {
      await enter(mallory, ann);
      const withdraw = "select app.revoke_invite($1, null, 999)";
      expect(await refusal(mallory, withdraw, [tenants.globex.orgId])).toMatchObject({ code: "TN404" });
    });
    // The triggers neither: a rule of theirs holds, and what they tell goes to the real trail.
    await undone(mallory, async () => {
      await enter(mallory, ann);
      const leave = "delete from public.member where user_id = $1";
      expect(await refusal(mallory, leave, [ann.userId])).toMatchObject({ constraint: "last_owner" });
    });
    await undone(mallory, async () => {
      await enter(mallory, ann);
      await mallory.query("update public.website set name = 'Told'");
      const told = "select from public.audit_event where action = 'website.updated'";
      expect((await mallory.query(told)).rowCount).toBe(1);
      await mallory.query("select set_config('role', 'none', true)");
      expect((await mallory.query("select from pg_temp.audit_event")).rowCount).toBe(0);
    });
    // Nor the numbers of members, which are neither read elsewhere nor written there.
    await undone(mallory, async () => {
      await enter(mallory, ann);
      const told = async () => {
        const members = await call<{ rows: unknown[] }>(
          mallory,
          "org_wise_members(null, null, null, null, null, 1)",
          [],
        );
        const growth = await call<{ rows: { total: number }[] }>(
          mallory,
          "membership_growth(null, 'day', 'UTC', null, null, null)",
          [],
        );
        return [members.rows, growth.rows.at(-1)?.total];
      };
      const counted = (count: number) => [[expect.objectContaining({ member_count: count })], count];
      expect(await told()).toEqual(counted(3));
      await mallory.query("delete from public.member where user_id = $1", [tenants.cat.userId]);
      expect(await told()).toEqual(counted(2));
      await mallory.query("select set_config('role', 'none', true)");
      for (const table of ["past_member", "member_change"])
        expect((await mallory.query(`select from pg_temp.${table}`)).rowCount, table).toBe(0);
    });
  }
});
