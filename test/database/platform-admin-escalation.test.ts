// What somebody with statements of their own on the Worker's logins can make of platform power: no operator, and nothing
// of what operators do without being one.
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { call, enter, passwordHash, startSession, tenantsDatabase } from "./tenants.ts";

const { scratch, owner, service, tenants } = await tenantsDatabase();
const { ann, bob, cat, acme, globex } = tenants;
afterEach(() => service.query("rollback")); // What failed half-way must not fail the next.

/** Bob is a platform admin, and no organization's only owner; Ann owns Acme and is none. */
beforeAll(async () => {
  await owner.query("update member set role_id = $1 where user_id = $2 and org_id = $3", [
    globex.roles.owner,
    cat.userId,
    globex.orgId,
  ]);
  await owner.query(`update "user" set platform_admin = true, email_verified_at = 1 where id = $1`, [
    bob.userId,
  ]);
});

const denied = { code: "42501" };
const powerless = { code: "TN403", constraint: "permission_missing" };
const flows = [
  "select app.find_organizations(null, null, null, 10)",
  "select app.find_users(null, null, null, 10)",
  `select app.set_organization_status(${globex.orgId}, 1)`,
  `select app.set_organization_status(${globex.orgId}, 0)`,
  `select app.set_user_status(${bob.userId}, 1)`,
  `select app.set_user_status(${bob.userId}, 0)`,
];
/** What the flows are made of is nobody's to call. */
const parts = [
  "select app.is_platform_admin()",
  "select app.require_platform_admin()",
  `select app.organization_listed(${globex.orgId})`,
  `select app.user_listed(${bob.userId})`,
  "select app.id_sought('7')",
];
const statements = [
  `update "user" set platform_admin = true`,
  `update "user" set platform_admin = true where id = ${ann.userId}`,
  `update "user" set profile = '{}', platform_admin = true where id = app.me()`,
  `update "user" set status = 0`,
  `update "user" set email_verified_at = 1`,
  `insert into "user" (email, password, platform_admin) values ('root@example.com', '', true)`,
  `insert into "user" (email, password) values ('root@example.com', '')`,
  `insert into "user" (id, email, password) overriding system value values (${ann.userId}, 'root@example.com', '')
     on conflict (id) do update set platform_admin = true`,
  `merge into "user" u using (select 1) one on u.id = ${ann.userId} when matched then update set platform_admin = true`,
  `delete from "user" where id = ${bob.userId}`,
  `copy "user" (email, password, platform_admin) from stdin`,
  `select platform_admin from "user"`,
  `select * from "user"`,
  `select from "user" where platform_admin`,
  "update organisation set status = 0",
  `update organisation set status = 1 where id = ${globex.orgId}`,
  `alter table "user" alter column platform_admin set default true`,
  `alter table "user" disable trigger all`,
  `create rule make as on update to "user" do also select 1`,
];

test.each([...statements, ...flows, ...parts])("the login itself is refused: %s", async (statement) => {
  expect(await undone(service, () => refusal(service, statement))).toMatchObject(denied);
});

test.each([...statements, ...parts])(
  "whoever has entered, an operator too, is refused: %s",
  async (statement) => {
    for (const person of [ann, bob])
      await undone(service, async () => {
        await enter(service, person);
        expect(await refusal(service, statement)).toMatchObject(denied);
      });
  },
);

/** What a flow answers after these statements; null: it did its work. */
const asTenant = (flow: string, ...before: string[]) =>
  undone(service, async () => {
    for (const statement of before) await service.query(statement);
    await service.query("set local role app_tenant");
    return refusal(service, flow);
  });
const set = (name: string, value: number | string) => `select set_config('app.${name}', '${value}', true)`;

describe.each(flows)("%s", (flow) => {
  test("is done for an operator who has entered", async () => {
    await undone(service, async () => {
      await enter(service, ann);
      expect(await refusal(service, flow)).toMatchObject(powerless);
    });
    await undone(service, async () => {
      await enter(service, bob);
      const own = flow.includes(`user_status(${bob.userId}, 1)`);
      expect(await refusal(service, flow)).toEqual(
        own ? { code: "TN409", constraint: "own_account", message: expect.anything() } : null,
      );
    });
  });

  test("is refused without having entered, whoever is claimed to be there", async () => {
    const over = await startSession(service, bob.userId);
    await owner.query("update session set ended_at = 1 where id = $1", [over]);
    const me = set("user_id", bob.userId);
    expect(await asTenant(flow)).toMatchObject(powerless);
    for (const claim of [
      [me],
      [me, set("session_id", "")],
      [me, set("org_id", "")],
      [set("actor_id", bob.userId)],
      [me, set("session_id", ann.sessionId)],
      [set("user_id", ann.userId), set("session_id", bob.sessionId)],
    ])
      expect(await asTenant(flow, ...claim), claim.join()).toMatchObject(powerless);
    for (const id of [over, 9_000_000])
      expect(await asTenant(flow, me, set("session_id", id))).toMatchObject({
        code: "TN401",
        constraint: "session_ended",
      });
  });

  test("is refused by a token that names an organization", async () => {
    for (const orgId of [globex.orgId, acme.orgId])
      await undone(service, async () => {
        await enter(service, bob, orgId);
        expect(await refusal(service, flow)).toMatchObject(powerless);
      });
  });

  test("is refused once the operator is one no more, is suspended or signed out, in a transaction under way too", async () => {
    for (const [statement, id, refused] of [
      [`update "user" set platform_admin = $2 where id = $1`, bob.userId, powerless],
      [
        "update session set ended_at = case when $2 then null::bigint else 1 end where id = $1",
        bob.sessionId,
        null,
      ],
      [`update "user" set status = case when $2 then 0 else 1 end where id = $1`, bob.userId, powerless],
    ] as const) {
      await service.query("begin");
      await enter(service, bob);
      await owner.query(statement, [id, false]);
      const answer = await refusal(service, flow);
      await service.query("rollback");
      await owner.query(statement, [id, true]);
      expect(answer, statement).toMatchObject(refused ?? { code: "TN401", constraint: "session_ended" });
    }
  });

  test("is fooled by no object of the session's own under the names that it uses", async () => {
    const mallory = await scratch.connect("service");
    await mallory.query(`
      create temp table "user" (id integer, status integer, platform_admin boolean);
      insert into pg_temp."user" values (${ann.userId}, 0, true);
      create function pg_temp.is_platform_admin() returns boolean language sql as 'select true';
      create function pg_temp.require_platform_admin() returns void language sql as 'select null';
      grant select on all tables in schema pg_temp to public;`);
    for (const path of ["pg_temp, public", "pg_temp, app, public, pg_catalog"]) {
      await mallory.query(`set search_path = ${path}`);
      await undone(mallory, async () => {
        await enter(mallory, ann);
        expect(await refusal(mallory, flow)).toMatchObject(powerless);
      });
    }
  });
});

test("flows that make accounts make no operator, whatever they are given", async () => {
  const claim = '{"platform_admin": true}';
  const email = "claims@example.com";
  const { user_id } = await call<{ user_id: number }>(
    service,
    "sign_up($1, $2, $3, 'Claims', $3, $3, 'hash', 9000000000000, 'sealed', null, '{}')",
    [email, passwordHash, claim],
  );
  const { rows } = await owner.query(`select id from "user" where platform_admin order by id`);
  expect(rows).toEqual([{ id: bob.userId }]);
  expect(rows).not.toContainEqual({ id: user_id });
});

test("an operator is made, and unmade, by the owner alone, and the trail tells it", async () => {
  const lines = async () =>
    (
      await owner.query(
        "select actor_id, action, org_id, before, after from audit_event where target_type = 'user' and target_id = $1 and after ? 'platform_admin' order by id",
        [ann.userId],
      )
    ).rows.filter(({ action }) => action === "user.updated");
  await owner.query(`update "user" set platform_admin = true where id = $1`, [ann.userId]);
  await owner.query(`update "user" set platform_admin = false where id = $1`, [ann.userId]);
  const told = { actor_id: null, action: "user.updated", org_id: null };
  expect(await lines()).toEqual([
    { ...told, before: { platform_admin: false }, after: { platform_admin: true } },
    { ...told, before: { platform_admin: true }, after: { platform_admin: false } },
  ]);
});
