// What platform admins do at once, to each other and beside others: nobody is told of a deadlock, who has lost the power
// does nothing more with it, and an active platform admin is always left.
import type pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { atOnce, behind, together, whole } from "./races.ts";
import { refusal } from "./scratch.ts";
import { prepare, type Statement, society } from "./society.ts";
import { joins, type Person } from "./tenants.ts";

const { scratch, owner, service, person, company, member } = await society();
const clients = [service, await scratch.connect("service"), await scratch.connect("service")] as const;
const [one, two, three] = clients;
let gate: pg.Client;
beforeAll(async () => {
  gate = await scratch.connect();
});

async function operator(): Promise<Person> {
  const somebody = await person();
  await owner.query(`update "user" set platform_admin = true where id = $1`, [somebody.userId]);
  return somebody;
}
/** Refused for the sake of organizations, it is "kept". */
const suspend = ({ userId }: Person): string =>
  `select case when s ? 'sole_owner_of' then '{"outcome": "kept"}'::jsonb end as outcome from app.set_user_status(${userId}, 1) s`;
/** With the organizations that would be left without an owner. */
const suspendAll = ({ userId }: Person): string => `select app.set_user_status(${userId}, 1, true)`;
const restore = ({ userId }: Person): string => `select app.set_user_status(${userId}, 0)`;
const suspendOrg = (orgId: number): string => `select app.set_organization_status(${orgId}, 1)`;

/** A request of this person up to its effect, which is still to be sent. */
async function open(client: pg.Client, by: Person, effect: Statement) {
  await prepare(client, by, null);
  return { client, effect };
}
const lockOf = (...people: Person[]) =>
  `select from "user" where id in (${people.map(({ userId }) => userId)}) for update`;
const statusOf = async ({ userId }: Person): Promise<number> =>
  (await owner.query(`select status from "user" where id = $1`, [userId])).rows[0].status;
const openSessionsOf = async ({ userId }: Person) =>
  (await owner.query("select from session where user_id = $1 and ended_at is null", [userId])).rowCount;
const linesAbout = async (type: string, id: number) =>
  (
    await owner.query<{ after: { status?: string } }>(
      "select after from audit_event where target_type = $1 and target_id = $2 and before ? 'status' and after ? 'status' order by id",
      [type, id],
    )
  ).rows.map(({ after }) => after.status);

const ended = "TN401 session_ended";

describe("platform admins who suspend each other at once", () => {
  test("two of them: one succeeds, the other is out", async () => {
    for (let round = 0; round < 20; round += 1) {
      const [ann, bob] = [await operator(), await operator()];
      const runs = [await open(one, ann, suspend(bob)), await open(two, bob, suspend(ann))];
      const outcomes = await together(gate, lockOf(ann, bob), runs);
      expect(outcomes.sort()).toEqual([ended, "done 1"]);
      expect([await statusOf(ann), await statusOf(bob)].sort()).toEqual([0, 1]);
    }
  });

  test("without anything that holds them up, too", async () => {
    for (let round = 0; round < 50; round += 1) {
      const [ann, bob] = [await operator(), await operator()];
      const runs = [await open(one, ann, suspend(bob)), await open(two, bob, suspend(ann))];
      const [refused, done] = (await atOnce(runs)).sort();
      // The first look asks for the session, then for the power: the end of both may come in between.
      expect([ended, "TN403 permission_missing"]).toContain(refused);
      expect(done).toBe("done 1");
      expect([await statusOf(ann), await statusOf(bob)].sort()).toEqual([0, 1]);
    }
  });

  test("three in a circle: one who did it is left at least", async () => {
    for (let round = 0; round < 20; round += 1) {
      const [ann, bob, cat] = [await operator(), await operator(), await operator()];
      const runs = [
        await open(one, ann, suspend(bob)),
        await open(two, bob, suspend(cat)),
        await open(three, cat, suspend(ann)),
      ];
      const outcomes = await together(gate, lockOf(ann, bob, cat), runs);
      expect(outcomes.filter((outcome) => outcome !== ended && outcome !== "done 1")).toEqual([]);
      const left = [await statusOf(ann), await statusOf(bob), await statusOf(cat)].filter((s) => s === 0);
      expect(left.length).toBe(3 - outcomes.filter((outcome) => outcome === "done 1").length);
      expect(left.length).toBeGreaterThan(0);
    }
  });

  test("owners of one organization: it keeps one of them", async () => {
    const [ann, bob] = [await operator(), await operator()];
    const org = await company(ann);
    await joins(owner, bob, org, "owner");
    await member(org);
    const runs = [await open(one, ann, suspend(bob)), await open(two, bob, suspend(ann))];
    expect((await together(gate, lockOf(ann, bob), runs)).sort()).toEqual([ended, "done 1"]);
  });
});

test("two admins who suspend the two owners of one organization at once: one owner is left", async () => {
  for (let round = 0; round < 10; round += 1) {
    const [ann, bob, org] = [await operator(), await operator(), await company()];
    const other = await member(org, "owner");
    const runs = [await open(one, ann, suspend(org.owner)), await open(two, bob, suspend(other))];
    const lock = `select from organisation where id = ${org.orgId} for no key update`;
    // Of the two there would be nobody left but each other.
    expect((await together(gate, lock, runs)).sort()).toEqual(["done 1", "kept"]);
    expect([await statusOf(org.owner), await statusOf(other)].sort()).toEqual([0, 1]);
  }
});

test("an organization that gets another owner while its owner's suspension waits goes on", async () => {
  for (let round = 0; round < 10; round += 1) {
    const [ann, org] = [await operator(), await company()];
    const heir = await member(org, "admin");
    await prepare(two, org.owner, org.orgId, "write");
    await two.query(`select app.transfer_ownership(${org.orgId}, ${heir.userId})`);
    const suspension = await open(one, ann, suspendAll(org.owner));
    expect(await behind(two, [suspension])).toEqual(["done 1"]);
    expect(await statusOf(org.owner)).toBe(1);
    expect((await owner.query("select status from organisation where id = $1", [org.orgId])).rows).toEqual([
      { status: 0 },
    ]);
  }
});

describe("who loses the power while they wait does nothing", () => {
  const losses: [string, (admin: Person) => string, string][] = [
    [
      "revoked",
      ({ userId }) => `update "user" set platform_admin = false where id = ${userId}`,
      "TN403 permission_missing",
    ],
    [
      "suspended by hand",
      ({ userId }) => `update "user" set status = 1 where id = ${userId}`,
      "TN403 permission_missing",
    ],
    ["signed out", ({ sessionId }) => `update session set ended_at = 1 where id = ${sessionId}`, ended],
  ];

  test.each(losses)("%s, before a person", async (_how, lose, refused) => {
    const [ann, bob] = [await operator(), await person()];
    const run = await open(one, ann, suspend(bob));
    expect(await together(gate, `${lockOf(ann, bob)}; ${lose(ann)}`, [run])).toEqual([refused]);
    expect([await statusOf(bob), await openSessionsOf(bob)]).toEqual([0, 1]);
  });

  test.each(losses)("%s, before an organization", async (_how, lose, refused) => {
    const [ann, org] = [await operator(), await company()];
    const run = await open(one, ann, suspendOrg(org.orgId));
    const lock = `${lockOf(ann)}; select from organisation where id = ${org.orgId} for update; ${lose(ann)}`;
    expect(await together(gate, lock, [run])).toEqual([refused]);
    expect(await linesAbout("organization", org.orgId)).toEqual([]);
  });

  test("signed out before the organization's own lock, whoever it is about", async () => {
    const [ann, bob, org] = [await operator(), await operator(), await company()];
    const lost = `select from organisation where id = ${org.orgId} for update;
      update session set ended_at = 1 where id in (${ann.sessionId}, ${bob.sessionId})`;
    await member(org, "owner");
    const runs = [await open(one, ann, suspendOrg(org.orgId)), await open(two, bob, suspend(org.owner))];
    expect(await together(gate, lost, runs)).toEqual([ended, ended]);
    expect([await statusOf(org.owner), await openSessionsOf(org.owner)]).toEqual([0, 1]);
    expect(await linesAbout("organization", org.orgId)).toEqual([]);
    expect(await linesAbout("user", org.owner.userId)).toEqual([]);
  });
});

test("once an admin is revoked or suspended, nothing of theirs is under way any more", async () => {
  const [ann, bob, org] = [await operator(), await person(), await company()];
  for (const effect of [suspend(bob), suspendOrg(org.orgId)])
    for (const loss of ["platform_admin = false", "status = 1"]) {
      await prepare(one, ann, null);
      await one.query(effect);
      await gate.query("begin; set local lock_timeout = '50ms'");
      const lost = await refusal(gate, `update "user" set ${loss} where id = ${ann.userId}`);
      await gate.query("rollback");
      await one.query("rollback");
      expect(lost?.code).toBe("55P03");
    }
});

describe("a session that begins while its person is being suspended", () => {
  const starting = ({ userId }: Person) =>
    `select app.start_session(${userId}, 1, null, 0, null, gen_random_uuid()::text, 1000000, 1000000, '', '', '', '{}')`;

  test("just before: it ends too", async () => {
    const [ann, bob] = [await operator(), await person()];
    const run = await open(one, ann, suspend(bob));
    expect(await together(gate, starting(bob), [run])).toEqual(["done 1"]);
    expect(await openSessionsOf(bob)).toBe(0);
    expect((await owner.query("select from session where user_id = $1", [bob.userId])).rowCount).toBe(2);
  });

  test("just after: it does not begin", async () => {
    const [ann, bob] = [await operator(), await person()];
    await prepare(one, ann, null);
    await one.query(suspend(bob));
    await two.query("begin");
    const start = { client: two, effect: `${starting(bob)} as outcome` };
    expect(await behind(one, [start])).toEqual(["user_suspended"]);
    expect(await openSessionsOf(bob)).toBe(0);
  });

  test("by a refresh: it ends", async () => {
    const [ann, bob] = [await operator(), await person()];
    await owner.query(
      "insert into refresh_token (hash, session_id, issued_at, expires_at) values ('fresh', $1, 0, 9000000000000)",
      [bob.sessionId],
    );
    const refreshing = `select app.refresh_session(${bob.sessionId}, ${bob.userId}, 'fresh', 'next', null, 1000000)`;
    const run = await open(one, ann, suspend(bob));
    expect(await together(gate, refreshing, [run])).toEqual(["done 1"]);
    expect(await openSessionsOf(bob)).toBe(0);
  });
});

test("the same thing asked for many times at once is done once, and told once", async () => {
  const many = await Promise.all(Array.from({ length: 8 }, () => scratch.connect("service")));
  const [bob, org] = [await person(), await company()];
  for (const effect of [suspend(bob), suspendOrg(org.orgId)]) {
    const runs = [];
    for (const client of many) runs.push(await open(client, await operator(), effect));
    expect(await atOnce(runs)).toEqual(many.map(() => "done 1"));
  }
  expect(await linesAbout("user", bob.userId)).toEqual(["suspended"]);
  expect(await linesAbout("organization", org.orgId)).toEqual(["suspended"]);
});

test("whatever many admins do to each other: no deadlock, a true trail, and somebody is left", async () => {
  const admins: Person[] = [];
  while (admins.length < 5) admins.push(await operator());
  const org = await company(admins[0]);
  for (const admin of admins.slice(1)) await joins(owner, admin, org, "owner");

  async function quarrel(client: pg.Client, seed: number): Promise<string[]> {
    const hand = await scratch.connect();
    const outcomes: string[] = [];
    for (let round = 0; round < 60; round += 1) {
      const pick = (n: number) =>
        admins[(round * n + seed * 3 + Math.floor(round / 5)) % admins.length] as Person;
      const [by, whom] = [pick(1), pick(3)];
      // Whoever may sign in does.
      await hand.query(
        `update session set ended_at = null from "user" u where session.id = $1 and u.id = user_id and u.status = 0`,
        [by.sessionId],
      );
      outcomes.push(await whole(client, by, null, round % 2 === 0 ? suspend(whom) : restore(whom))());
    }
    return outcomes;
  }
  const outcomes = (await Promise.all(clients.map(quarrel))).flat();

  const known = ["done 1", ended, "TN401", "TN409 own_account", "kept", "TN403 permission_missing"];
  expect(outcomes.filter((outcome) => !known.includes(outcome))).toEqual([]);
  expect(outcomes.filter((outcome) => outcome === "done 1").length).toBeGreaterThan(10);
  const left: number[] = [];
  for (const admin of admins) left.push(await statusOf(admin));
  expect(left).toContain(0);
  for (const [i, { userId }] of admins.entries()) {
    const told = await linesAbout("user", userId);
    told.forEach((status, n) => {
      expect(status).toBe(n % 2 === 0 ? "suspended" : "active");
    });
    expect(told.length % 2).toBe(left[i]);
  }
});
