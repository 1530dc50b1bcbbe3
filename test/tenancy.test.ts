// The runner that every signed-in request goes through: what it sends without a WHERE reaches the caller's rows alone,
// and what it leaves behind is nothing.
import { eq, sql } from "drizzle-orm";
import { beforeAll, expect, inject, test } from "vitest";
import { asMember } from "../src/access/as-member.ts";
import { build } from "../src/db/client.ts";
import {
  auditEvent,
  invite,
  member,
  organisation,
  role,
  session,
  user,
  website,
  websiteMember,
} from "../src/db/schema.ts";
import { asUser } from "../src/db/tenant.ts";
import { callerOf, database, joins } from "./support/callers.ts";
import { inviteFrom } from "./support/invitations.ts";
import { owner, runAs } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { roleOf, visits, websiteOf } from "./support/tenants.ts";

let ann: SignedIn;
let bob: SignedIn;
/** A member of Ann's organization and of Bob's, and of a website of each. */
let cat: SignedIn;

beforeAll(async () => {
  [ann, bob, cat] = await Promise.all([signedIn(), signedIn(), signedIn()]);
  await joins(cat, ann.org_id);
  await joins(cat, bob.org_id);
  for (const person of [ann, bob]) {
    const websiteId = await websiteOf(person.org_id);
    await visits(cat.user_id, websiteId, { role: "website_admin" });
    await inviteFrom(person);
    await inviteFrom(person, { websiteId });
  }
});

const everything = () =>
  [
    build.selectDistinct({ id: user.id }).from(user).orderBy(user.id),
    build.selectDistinct({ id: session.user_id }).from(session),
    build.selectDistinct({ id: organisation.id }).from(organisation),
    build.selectDistinct({ id: member.org_id }).from(member),
    build.selectDistinct({ id: role.org_id }).from(role),
    build.selectDistinct({ id: website.org_id }).from(website),
    build.selectDistinct({ id: websiteMember.org_id }).from(websiteMember),
    build.selectDistinct({ id: auditEvent.org_id }).from(auditEvent),
    build.selectDistinct({ id: invite.org_id }).from(invite),
  ] as const;
const shown = (results: readonly { id: number | null }[][]) =>
  results.map((rows) => rows.map((row) => row.id ?? 0).sort((a, b) => a - b));

test("unfiltered selects show the caller's rows alone", async () => {
  const db = database();
  const seen = await asUser({ db, caller: callerOf(ann) }, everything(), { access: "read" });
  const mine = [ann.org_id];
  expect(shown(seen)).toEqual([
    [ann.user_id, cat.user_id].sort((a, b) => a - b),
    [ann.user_id],
    mine,
    mine,
    mine,
    mine,
    mine,
    mine,
    mine,
  ]);
  expect(db.trips).toBe(1);
});

test("inside one organization, the caller's other organizations are out of sight", async () => {
  const both = shown(
    await asUser({ db: database(), caller: callerOf(cat) }, everything(), { access: "read" }),
  );
  const theirs = [ann.org_id, bob.org_id, cat.org_id].sort((a, b) => a - b);
  expect(both.slice(2, 4)).toEqual([theirs, theirs]);

  const db = database();
  const here = { orgId: bob.org_id, needs: "member:read", access: "read" } as const;
  const [people, sessions, ...rest] = shown(
    await asMember({ db, caller: callerOf(cat) }, here, everything()),
  );
  const one = [bob.org_id];
  expect(people).toEqual([bob.user_id, cat.user_id].sort((a, b) => a - b));
  expect(sessions).toEqual([cat.user_id]);
  expect(rest).toEqual([one, one, one, one, one, [], one]); // a member reads no trail
  expect(db.trips).toBe(1);
});

test("invites are seen by who may send such ones: a member who is no admin, those to their website", async () => {
  const select = build
    .select({ org: invite.org_id, site: invite.website_id })
    .from(invite)
    .orderBy(invite.id);
  const here = { orgId: ann.org_id, needs: "membership", access: "read" } as const;
  const seenBy = async (person: SignedIn) =>
    (await asMember({ db: database(), caller: callerOf(person) }, here, [select]))[0];
  const all = await owner(
    "select org_id as org, website_id as site from invite where org_id = $1 order by id",
    [ann.org_id],
  );
  expect(all).toHaveLength(2);
  expect(await seenBy(ann)).toEqual(all);
  expect(await seenBy(cat)).toEqual(all.filter(({ site }) => site !== null));
});

test("inside one organization, unfiltered changes and deletions stay there", async () => {
  const [boss, other] = [await signedIn(), await signedIn()];
  // The same person owns both, so that nothing but the guard tells them apart.
  await joins(boss, other.org_id, { role: "owner" });
  const ids = [boss.org_id, other.org_id];
  for (const orgId of ids) {
    await visits(boss.user_id, await websiteOf(orgId));
    await roleOf(orgId);
  }
  const here = { orgId: boss.org_id, needs: "organization:delete", access: "delete" } as const;
  const mark = { mark: crypto.randomUUID() };
  const counts = await asMember({ db: database(), caller: callerOf(boss) }, here, [
    build.update(organisation).set({ settings: mark }).returning({ id: organisation.id }),
    build.update(member).set({ settings: mark }).returning({ id: member.org_id }),
    build.update(website).set({ settings: mark }).returning({ id: website.org_id }),
    build.update(websiteMember).set({ settings: mark }).returning({ id: websiteMember.org_id }),
    build.update(role).set({ description: mark.mark }).returning({ id: role.org_id }),
    build.delete(websiteMember).returning({ id: websiteMember.org_id }),
    build.delete(website).returning({ id: website.org_id }),
    build.delete(role).where(eq(role.system, false)).returning({ id: role.org_id }),
    build.delete(organisation).returning({ id: organisation.id }),
  ]);
  const touched = counts.map((rows) => [...new Set(rows.map(({ id }) => id))]);
  expect(touched).toEqual(counts.map(() => [boss.org_id]));
  expect(await owner("select id from organisation where id = any ($1)", [ids])).toEqual([
    { id: other.org_id },
  ]);
  for (const table of ["organisation", "member", "website", "website_member"])
    expect(await owner(`select id from ${table} where settings = $1`, [JSON.stringify(mark)])).toEqual([]);
});

test("unfiltered changes change the caller's rows alone", async () => {
  const mark = { mark: crypto.randomUUID() };
  const [people, sessions] = await asUser({ db: database(), caller: callerOf(ann) }, [
    build.update(user).set({ settings: mark }).returning({ id: user.id }),
    build.update(session).set({ ended_at: null }).returning({ user_id: session.user_id }),
  ]);
  expect(people).toEqual([{ id: ann.user_id }]);
  expect(sessions).toEqual([{ user_id: ann.user_id }]);
  const marked = await owner(`select id from "user" where settings = $1`, [JSON.stringify(mark)]);
  expect(marked).toEqual([{ id: ann.user_id }]);
});

test("a query that forgets to name its columns does not get a password hash, and fails as a bug of ours", async () => {
  const asked = asUser({ db: database(), caller: callerOf(ann) }, [build.select().from(user)], {
    access: "read",
  });
  await expect(asked).rejects.toMatchObject({ code: "42501" });
});

test("what is asked to read only cannot write", async () => {
  const change = build.update(user).set({ settings: {} });
  const asked = asUser({ db: database(), caller: callerOf(ann) }, [change], { access: "read" });
  await expect(asked).rejects.toMatchObject({ code: "25006" });
});

test("a session that does not live ends the batch before its effect", async () => {
  const gone = await signedIn();
  const mark = { mark: crypto.randomUUID() };
  const change = () => [build.update(user).set({ settings: mark })] as const;
  const callers = [
    { ...callerOf(gone), sessionId: ann.session_id },
    { ...callerOf(gone), userId: ann.user_id },
    { ...callerOf(gone), sessionId: 9e9 },
  ];
  for (const caller of callers)
    await expect(asUser({ db: database(), caller: caller }, change())).rejects.toMatchObject({
      code: "session_ended",
    });
  await owner("update session set ended_at = 1 where id = $1", [gone.session_id]);
  await expect(asUser({ db: database(), caller: callerOf(gone) }, change())).rejects.toMatchObject({
    code: "session_ended",
  });
  await owner("update session set ended_at = null, expires_at = 1 where id = $1", [gone.session_id]);
  await expect(asUser({ db: database(), caller: callerOf(gone) }, change())).rejects.toMatchObject({
    code: "session_ended",
  });
  await owner("update session set expires_at = 9000000000000 where id = $1", [gone.session_id]);
  await owner(`update "user" set status = 1 where id = $1`, [gone.user_id]);
  await expect(asUser({ db: database(), caller: callerOf(gone) }, change())).rejects.toMatchObject({
    code: "session_ended",
  });
  expect(await owner(`select id from "user" where settings = $1`, [JSON.stringify(mark)])).toEqual([]);
  // The same batch, once nothing is in its way.
  await owner(`update "user" set status = 0 where id = $1`, [gone.user_id]);
  await asUser({ db: database(), caller: callerOf(gone) }, change());
  expect(await owner(`select id from "user" where settings = $1`, [JSON.stringify(mark)])).toHaveLength(1);
});

const context = `select current_user::text as role, concat(current_setting('app.user_id', true),
  current_setting('app.session_id', true), current_setting('app.org_id', true),
  current_setting('app.request_id', true), current_setting('app.ip', true)) as settings`;
const nobody = { role: "app_login", settings: "" };

test("on a pooled connection, nothing of one request is seen by the next", async () => {
  const here = { orgId: ann.org_id, needs: "member:read", access: "read" } as const;
  const [inside] = await asMember({ db: database(), caller: callerOf(ann) }, here, [
    build.execute(sql.raw(context)),
  ]);
  expect(inside.rows[0]).toMatchObject({
    role: "app_tenant",
    settings: expect.stringContaining("test192.0.2.1"),
  });
  // Enough at once to meet every session of the pool, right behind their callers.
  const asked = Array.from({ length: 40 }, async (_, i) => {
    if (i % 2 === 0)
      await asMember({ db: database(), caller: callerOf(ann) }, here, everything()).catch(() => {});
    return runAs(inject("serviceUrl"), context);
  });
  expect(new Set((await Promise.all(asked)).map(([row]) => JSON.stringify(row)))).toEqual(
    new Set([JSON.stringify(nobody)]),
  );
});

test("callers who share the pool at the same moment each see themselves", async () => {
  const me = () =>
    [
      build.execute<{ id: number }>(sql`select app.me() as id`),
      build.selectDistinct({ id: session.user_id }).from(session),
    ] as const;
  const people = Array.from({ length: 30 }, (_, i) => [ann, bob, cat][i % 3] as SignedIn);
  const seen = await Promise.all(
    people.map(async (person) => {
      const [who, sessions] = await asUser({ db: database(), caller: callerOf(person) }, me(), {
        access: "read",
      });
      return [who.rows[0]?.id, ...sessions.map((row) => row.id)];
    }),
  );
  expect(seen).toEqual(people.map((person) => [person.user_id, person.user_id]));
});
