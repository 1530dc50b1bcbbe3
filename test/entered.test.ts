// What a signed-in request's batch looks like from inside: who, where, as which role, and whether it may write.
import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { asMember, type Guard } from "../src/access/as-member.ts";
import { callerOf as callerOfToken } from "../src/access/authenticate.ts";
import { configOf } from "../src/config.ts";
import { build } from "../src/db/client.ts";
import { aboutJson, asUser, type Caller } from "../src/db/tenant.ts";
import { bindings, call } from "./support/app.ts";
import { callerOf, database, joins } from "./support/callers.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn } from "./support/people.ts";

let ann: SignedIn;
let bob: SignedIn;
beforeAll(async () => {
  [ann, bob] = [await signedIn(), await signedIn()];
  await joins(bob, ann.org_id);
});

const look = () =>
  build.execute(sql`select current_user as role, app.me() as me, app.session_id() as session, app.org_id() as org,
    current_setting('app.request_id') as request, current_setting('app.ip') as ip,
    current_setting('app.limits') as limits, current_setting('transaction_read_only') as read_only`);
const inside = { role: "app_tenant", request: "test", ip: "192.0.2.1" };

test("the caller has entered, in the restricted role, with the limits that are counted by", async () => {
  const db = database();
  const [{ rows }, second] = await asUser({ db, caller: callerOf(ann, ann.org_id) }, [
    look(),
    build.execute(sql`select 2 as two`),
  ]);
  expect(rows).toEqual([
    {
      ...inside,
      me: ann.user_id,
      session: String(ann.session_id),
      org: ann.org_id,
      limits: await db.limits(),
      read_only: "off",
    },
  ]);
  expect(second.rows).toEqual([{ two: 2 }]);
  expect(db.trips).toBe(1);
});

test("what reads cannot write, and counts nothing", async () => {
  const signed = { db: database(), caller: callerOf(ann) };
  const [{ rows }] = await asUser(signed, [look()], { access: "read" });
  expect(rows[0]).toMatchObject({ ...inside, org: null, limits: "", read_only: "on" });
  for (const access of ["write", "delete"] as const)
    expect((await asUser(signed, [look()], { access }))[0].rows[0]).toMatchObject({ read_only: "off" });
});

test.each<[string, (caller: Caller) => Caller]>([
  ["another's session", (caller) => ({ ...caller, sessionId: bob.session_id })],
  ["another's name", (caller) => ({ ...caller, userId: bob.user_id })],
])("nobody enters with %s", async (_, change) => {
  const signed = { db: database(), caller: change(callerOf(ann)) };
  await expect(asUser(signed, [look()])).rejects.toMatchObject({ code: "session_ended" });
});

const guarded = (person: SignedIn, guard: Partial<Guard>, tokenOrg: number | null = null) =>
  asMember(
    { db: database(), caller: callerOf(person, tokenOrg) },
    { orgId: ann.org_id, needs: "membership", access: "read", ...guard },
    [look(), build.execute(sql`select 2 as two`)],
  ).then(
    ([{ rows }, second]) => [rows[0]?.me, rows[0]?.org, rows[0]?.read_only, second.rows[0]?.two],
    (error) => error.code,
  );

test("a member is inside this organization alone, and gets the statements' own results", async () => {
  expect(await guarded(bob, {})).toEqual([bob.user_id, ann.org_id, "on", 2]);
  expect(await guarded(bob, { access: "write" })).toEqual([bob.user_id, ann.org_id, "off", 2]);
  expect(await guarded(bob, { access: "write", holdsCaller: true })).toEqual([
    ...[bob.user_id, ann.org_id, "off", 2],
  ]);
  expect(await guarded(bob, {}, ann.org_id)).toEqual([bob.user_id, ann.org_id, "on", 2]);
});

test("who may not, or names what is elsewhere, is not", async () => {
  expect(await guarded(bob, { needs: "organization:delete" })).toBe("permission_missing");
  expect(await guarded(ann, { needs: "organization:delete" })).toEqual([ann.user_id, ann.org_id, "on", 2]);
  expect(await guarded(bob, { orgId: 2147483647 })).toBe("not_found");
  expect(await guarded(bob, {}, bob.org_id)).toBe("not_found");
  expect(await guarded(ann, { about: { userId: bob.user_id } })).toEqual([ann.user_id, ann.org_id, "on", 2]);
  expect(await guarded(ann, { about: { userId: 2147483647 } })).toBe("not_found");
});

test("a suspended organization may be read and not written", async () => {
  const cat = await signedIn();
  await owner("update organisation set status = 1 where id = $1", [cat.org_id]);
  const outcomes = [];
  for (const access of ["read", "write"] as const)
    outcomes.push(await guarded(cat, { orgId: cat.org_id, access }));
  expect(outcomes).toEqual([[cat.user_id, cat.org_id, "on", 2], "organization_suspended"]);
});

test("where a token may be left out, a bad one is refused all the same", async () => {
  const ask = (authorization?: string) =>
    call("/accept-invite?token=x", {
      headers: { accept: "application/json", ...(authorization !== undefined && { authorization }) },
    });
  expect((await ask()).status).toBe(404);
  expect((await ask(`Bearer ${ann.access}`)).status).toBe(404);
  expect((await ask("Bearer x")).status).toBe(401);
  expect((await ask(`Bearer ${ann.refresh}`)).status).toBe(401);
});

test("the caller's own row is held when it will be written elsewhere, and else not", async () => {
  const held = async (holdsCaller?: boolean) => {
    const [result] = await asMember(
      { db: database(), caller: callerOf(bob) },
      {
        ...{ orgId: ann.org_id, needs: "membership", access: "write" },
        ...(holdsCaller !== undefined && { holdsCaller }),
      },
      [
        build.execute(
          sql`select count(*)::int as rows from pg_locks where pid = pg_backend_pid() and mode = 'RowShareLock'
            and relation = '"user"'::regclass`,
        ),
      ],
    );
    return result.rows[0]?.rows;
  };
  expect([await held(), await held(false), await held(true)]).toEqual([0, 0, 1]);
});

test("what a request names is asked for under the names that the database knows", () => {
  const about = { userId: 1, roleId: 2, actorId: 3, inviteId: 4, websiteId: 5 };
  expect(JSON.parse(aboutJson(about))).toEqual({
    ...{ user_id: 1, role_id: 2, actor_id: 3, invite_id: 4, website_id: 5 },
  });
  expect(aboutJson({})).toBe("{}");
});

test("a token's caller has what the token says, and no more", async () => {
  const config = configOf(bindings());
  expect(await callerOfToken(config, ann.access)).toEqual(callerOf(ann));
  const { access } = await signIn(ann, { org_id: ann.org_id });
  expect(await callerOfToken(config, access)).toMatchObject({ userId: ann.user_id, orgId: ann.org_id });
  for (const token of [null, "", "x", ann.refresh])
    await expect(callerOfToken(config, token)).rejects.toMatchObject({ code: "invalid_token" });
});

test.each([
  [undefined, 401, "unauthenticated", "Bearer"],
  ["Bearer x", 401, "invalid_token", 'Bearer error="invalid_token"'],
  ["Basic x", 401, "invalid_token", 'Bearer error="invalid_token"'],
])("the header %s is answered %i %s", async (authorization, status, code, challenge) => {
  const response = await call("/me", authorization === undefined ? {} : { headers: { authorization } });
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([status, challenge]);
  expect(await response.json()).toMatchObject({ code });
});
