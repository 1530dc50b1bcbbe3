// last_owner under concurrency: whoever unmakes owners at once, on connections of their own, one stays; and nobody is
// told of a deadlock.
import { expect, test } from "vitest";
import { behind, organizationLock, together } from "./races.ts";
import { type Company, finish, prepare, type Statement, society } from "./society.ts";
import type { Person } from "./tenants.ts";
import { activeOwners, succeeded, type Way, ways } from "./unmaking.ts";

const { scratch, owner, company, person, member } = await society();
const clients = [
  await scratch.connect("service"),
  await scratch.connect("service"),
  await scratch.connect("service"),
];
const hands = [await scratch.connect(), await scratch.connect()];
const [one, two, three] = clients as [typeof owner, typeof owner, typeof owner];

const ownersOf = async (org: Company) =>
  (await owner.query<{ user_id: number }>(activeOwners, [org.orgId])).rows.map((row) => row.user_id);
const demote = (org: Company, whom: Person, role = "admin"): Statement =>
  `update member set role_id = ${org.roles[role]} where org_id = ${org.orgId} and user_id = ${whom.userId}`;
const transfer = (org: Company, to: Person) => `select app.transfer_ownership(${org.orgId}, ${to.userId})`;
/** Refused by the invariant, or because who asks is no owner any more. */
const loser = /^(TN409 last_owner|TN403 owner_required)$/;

test("two owners demote each other a hundred times: exactly one stays, exactly one loses", async () => {
  const [ann, bob] = [await person(), await person()];
  const outcomes: string[] = [];
  for (let round = 0; round < 100; round += 1) {
    const org = await company(ann);
    await owner.query("insert into member (org_id, user_id, role_id) values ($1, $2, $3)", [
      org.orgId,
      bob.userId,
      org.roles.owner,
    ]);
    await Promise.all([prepare(one, ann, org.orgId), prepare(two, bob, org.orgId)]);
    const runs = [
      { client: one, effect: demote(org, bob) },
      { client: two, effect: demote(org, ann) },
    ];
    // Every other round as it comes; the rest with both past everything that is asked before the lock.
    const ended =
      round % 2 === 0
        ? await Promise.all(runs.map(({ client, effect }) => finish(client, effect)))
        : await together(owner, organizationLock(org.orgId), runs);
    const lost = ended.filter((outcome) => outcome !== "done 1");
    expect(lost).toHaveLength(1);
    outcomes.push(...(round % 2 === 0 ? [] : lost));
    expect(lost[0]).toMatch(loser);
    expect(await ownersOf(org)).toEqual([ended[0] === "done 1" ? ann.userId : bob.userId]);
  }
  expect(outcomes).toEqual(Array(50).fill("TN409 last_owner"));
});

test("three owners who demote one another in a ring: one is too late, and one stays", async () => {
  for (let round = 0; round < 20; round += 1) {
    const org = await company();
    const [ann, bob, cat] = [org.owner, await member(org, "owner"), await member(org, "owner")];
    await Promise.all([
      prepare(one, ann, org.orgId),
      prepare(two, bob, org.orgId),
      prepare(three, cat, org.orgId),
    ]);
    const ended = await together(owner, organizationLock(org.orgId), [
      { client: one, effect: demote(org, bob) },
      { client: two, effect: demote(org, cat) },
      { client: three, effect: demote(org, ann) },
    ]);
    const [late, ...rest] = ended.sort();
    expect([late, rest]).toEqual([expect.stringMatching(loser), ["done 1", "done 1"]]);
    expect(await ownersOf(org)).toHaveLength(1);
  }
});

test("everybody of ten owners leaves at once: nine go, one stays", async () => {
  const org = await company();
  const people = [org.owner];
  while (people.length < 10) people.push(await member(org, "owner"));
  const runs = await Promise.all(
    people.map(async (somebody) => {
      const client = await scratch.connect("service");
      await prepare(client, somebody, org.orgId);
      const effect = `delete from member where org_id = ${org.orgId} and user_id = ${somebody.userId}`;
      return { client, effect };
    }),
  );
  const ended = await together(owner, organizationLock(org.orgId), runs);
  expect(ended.sort()).toEqual(["TN409 last_owner", ...Array(9).fill("done 1")]);
  expect(await ownersOf(org)).toHaveLength(1);
});

/** One of two owners takes this way, with everything done but the effect. */
async function taking(way: Way, slot: 0 | 1, org: Company, whom: Person, another: Person) {
  const client = (way.by === "database" ? hands : clients)[slot] as typeof owner;
  if (way.by === "database") await client.query("begin");
  else await prepare(client, way.by === "self" ? whom : another, way.outside ? null : org.orgId);
  return { client, effect: way.effect(whom, org) };
}

/** Each pair of ways is met once, from its first. */
const fromHere = (first: Way) => ways.slice(ways.indexOf(first));
/** Nobody can order the locks of whoever changes memberships by hand, without a request's lock on the organization. */
const disorderly = (one: Way, two: Way) =>
  one.name === "deletes their account" && / (demoted|suspended|removed) by hand$/.test(two.name);

test.each(ways)(
  "of two owners one $name while the other takes any way: exactly one succeeds",
  async (first) => {
    for (const second of fromHere(first)) {
      const org = await company();
      const [other] = [await member(org, "owner"), await member(org)];
      const runs = [
        await taking(first, 0, org, org.owner, other),
        await taking(second, 1, org, other, org.owner),
      ];
      const ended = await together(owner, organizationLock(org.orgId), runs);
      expect(ended.filter(succeeded), `${second.name}: ${ended}`).toHaveLength(1);
      const lost = ended.filter((outcome) => !succeeded(outcome));
      expect(lost[0], second.name).toMatch(/^(TN409 last_owner|sole_owner)$/);
      const [left, ...rest] = await ownersOf(org);
      expect([left, rest], second.name).toEqual([
        succeeded(ended[0] ?? "") ? other.userId : org.owner.userId,
        [],
      ]);
    }
  },
);

test.each(ways)(
  "an owner who $name and, at once, ceases in any way to be one, blocks nobody",
  async (first) => {
    for (const second of fromHere(first).filter(
      (way) => !disorderly(first, way) && !disorderly(way, first),
    )) {
      const org = await company();
      const [other] = [await member(org, "owner"), await member(org)];
      const runs = [
        await taking(first, 0, org, org.owner, other),
        await taking(second, 1, org, org.owner, other),
      ];
      const ended = await together(owner, organizationLock(org.orgId), runs);
      const about = `${second.name}: ${ended}`;
      expect(ended.some(succeeded), about).toBe(true);
      // Too late: there is nothing left to do, or nobody to do it.
      for (const outcome of ended)
        expect(outcome, about).toMatch(
          /^(done [01]|deleted|TN401 session_ended|invalid_credentials|TN403 owner_required|TN403 member_suspended)$/,
        );
      expect(await ownersOf(org), about).toEqual([other.userId]);
    }
  },
);

test("of two transfers at once by the same owner exactly one is done, and exactly one owner gained", async () => {
  for (let round = 0; round < 25; round += 1) {
    const org = await company();
    const heirs = [await member(org), await member(org)] as const;
    await Promise.all([prepare(one, org.owner, org.orgId), prepare(two, org.owner, org.orgId)]);
    const ended = await Promise.all([
      finish(one, transfer(org, heirs[0])),
      finish(two, transfer(org, heirs[1])),
    ]);
    expect([...ended].sort()).toEqual(["TN403 owner_required", "done 1"]);
    expect(await ownersOf(org)).toEqual([heirs[ended.indexOf("done 1")]?.userId]);
  }
});

test("two owners who hand over to each other, or to a third, never end with nobody", async () => {
  for (let round = 0; round < 10; round += 1) {
    const org = await company();
    const [other, third] = [await member(org, "owner"), await member(org)];
    await Promise.all([prepare(one, org.owner, org.orgId), prepare(two, other, org.orgId)]);
    const to = round % 2 === 0 ? [other, org.owner] : [third, third];
    const ended = await together(
      owner,
      organizationLock(org.orgId),
      [one, two].map((client, index) => ({ client, effect: transfer(org, to[index] as Person) })),
    );
    // One after the other: who was handed it may hand it on.
    expect(ended).toEqual(["done 1", "done 1"]);
    const owners = await ownersOf(org);
    expect(owners).toEqual([round % 2 === 0 ? expect.any(Number) : third.userId]);
  }
});

/** What happens to the heir, by hand, while the owner hands over. */
const mishaps: [string, string, (org: Company, heir: Person) => string][] = [
  [
    "is suspended",
    "TN409 member_inactive",
    (org, { userId }) => `update member set status = 1 where org_id = ${org.orgId} and user_id = ${userId}`,
  ],
  [
    "is removed",
    "TN404 not_found",
    (org, { userId }) => `delete from member where org_id = ${org.orgId} and user_id = ${userId}`,
  ],
  [
    "is deleted as a user",
    "TN404 not_found",
    (_org, { userId }) => `delete from "user" where id = ${userId}`,
  ],
];

test.each(mishaps)("nobody becomes the owner who %s meanwhile", async (_what, refused, mishap) => {
  const org = await company();
  const heir = await member(org);
  await prepare(one, org.owner, org.orgId);
  const ended = await together(owner, mishap(org, heir), [{ client: one, effect: transfer(org, heir) }]);
  expect(ended).toEqual([refused]);
  expect(await ownersOf(org)).toEqual([org.owner.userId]);
});

test.each(mishaps)("nobody %s who is becoming the owner meanwhile", async (_what, _refused, mishap) => {
  const org = await company();
  const heir = await member(org);
  await prepare(one, org.owner, org.orgId);
  await one.query(transfer(org, heir));
  expect(await behind(one, [{ client: owner, effect: mishap(org, heir) }])).toEqual(["TN409 last_owner"]);
  expect(await ownersOf(org)).toEqual([heir.userId]);
});

test("nobody is suspended as a user who is becoming the owner meanwhile", async () => {
  const org = await company();
  const heir = await member(org);
  await prepare(one, org.owner, org.orgId);
  await one.query(transfer(org, heir));
  const suspend = `update "user" set status = 1 where id = ${heir.userId}`;
  expect(await behind(one, [{ client: owner, effect: suspend }])).toEqual(["TN409 last_owner"]);
  expect(await ownersOf(org)).toEqual([heir.userId]);
});

test("nobody becomes the owner who is suspended as a user meanwhile", async () => {
  const org = await company();
  const heir = await member(org);
  await prepare(one, org.owner, org.orgId);
  const suspend = `update "user" set status = 1 where id = ${heir.userId}`;
  const ended = await together(owner, suspend, [{ client: one, effect: transfer(org, heir) }]);
  expect(ended).toEqual([expect.stringMatching(/^TN409 (last_owner|member_inactive)$/)]);
  expect(await ownersOf(org)).toEqual([org.owner.userId]);
});
