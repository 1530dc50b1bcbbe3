import { afterEach, expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { enter, type Person, startSession, type Tenants, tenantsDatabase } from "./tenants.ts";

const { scratch, service, tenants } = await tenantsDatabase();
afterEach(() => service.query("rollback")); // What failed half-way must not fail the next.

const entering =
  "select set_config('role', 'app_tenant', true) from app.enter($1, $2, null, 'request', '192.0.2.1')";
const ended = { code: "TN401", constraint: "session_ended" };

test.each<[string, (people: Tenants) => Promise<Person>]>([
  ["somebody else's session", async ({ ann, bob }) => ({ ...ann, sessionId: bob.sessionId })],
  ["a session that never was", async ({ ann }) => ({ ...ann, sessionId: 9e9 })],
  ["a user that never was", async ({ ann }) => ({ ...ann, userId: 2147483647 })],
  [
    "an ended session",
    ({ ann }) => changed(ann, "update session set ended_at = 1, end_reason = 'signed_out' where id = $1"),
  ],
  [
    "an expired session",
    ({ ann }) => changed(ann, "update session set expires_at = app.now_ms() - 1 where id = $1"),
  ],
  [
    "a suspended user's session",
    ({ dan }) =>
      changed(dan, `update "user" set status = 1 where id = (select user_id from session where id = $1)`),
  ],
  [
    "a deleted user's session",
    async () => {
      const { rows } = await scratch.owner.query<{ id: number }>(
        `insert into "user" (email, password) values ('gone@example.com', '') returning id`,
      );
      const gone = { userId: rows[0]?.id ?? 0, email: "", sessionId: 0 };
      gone.sessionId = await startSession(service, gone.userId);
      await scratch.owner.query(`delete from "user" where id = $1`, [gone.userId]);
      return gone;
    },
  ],
])("%s does not enter, and the rest of the transaction does not run", async (_whose, arrange) => {
  const { userId, sessionId } = await arrange(tenants);
  await service.query("begin");
  expect(await refusal(service, entering, [sessionId, userId])).toMatchObject(ended);
  expect(await refusal(service, `update "user" set settings = '{"in": true}'`)).toMatchObject({
    code: "25P02",
  });
  expect(await service.query("commit")).toMatchObject({ command: "ROLLBACK" });
});

/** A session of their own, and a statement of the owner's about it. */
async function changed(person: Person, statement: string): Promise<Person> {
  const sessionId = await startSession(service, person.userId);
  await enterable({ ...person, sessionId });
  await scratch.owner.query(statement, [sessionId]);
  return { ...person, sessionId };
}

const enterable = (person: Person) => undone(service, () => enter(service, person));

test.each([
  ["no session", null, 1],
  ["no user", 1, null],
  ["nothing", null, null],
])("%s does not enter", async (_what, ...ids) => {
  expect(await undone(service, () => refusal(service, entering, ids))).toMatchObject(ended);
});

test("what is set by hand before is replaced by entering", async () => {
  const { ann, bob, globex } = tenants;
  await service.query("begin");
  await service.query("select set_config('app.user_id', $1, true), set_config('app.org_id', $2, true)", [
    String(bob.userId),
    String(globex.orgId),
  ]);
  await enter(service, ann);
  const { rows } = await service.query(
    "select app.me() as me, app.org_id() as org, app.session_id()::int as session",
  );
  expect(rows).toEqual([{ me: ann.userId, org: null, session: ann.sessionId }]);
  await service.query("commit");
});

test.each(["commit", "rollback"])(
  "nothing of who entered is left on the connection after a %s",
  async (end) => {
    await service.query("begin");
    await enter(service, tenants.ann, tenants.acme.orgId);
    await service.query(end);
    const { rows } =
      await service.query(`select current_user::text as role, current_setting('app.user_id', true) as user,
    current_setting('app.session_id', true) as session, current_setting('app.org_id', true) as org,
    current_setting('app.request_id', true) as request, current_setting('app.ip', true) as ip`);
    const values = Object.values(rows[0] ?? {}).map((value) => value || null);
    expect(values).toEqual(["app_login", null, null, null, null, null]);
  },
);

test("entering and taking the role may share one statement: a refusal leaves the login as it was", async () => {
  await refusal(service, entering, [tenants.bob.sessionId, tenants.ann.userId]);
  expect((await service.query("select current_user::text as name")).rows).toEqual([{ name: "app_login" }]);
});
