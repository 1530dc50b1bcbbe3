// The cron's fold beside everything that it might meet: nobody waits for long, nobody is told of a deadlock, nothing is
// counted twice or forgotten, and nothing is left of what is gone.
import type pg from "pg";
import { afterEach, expect, test } from "vitest";
import { accepting, type Invite, invited } from "./invitations.ts";
import { atOnce, behind, type Run, whole } from "./races.ts";
import { seeded } from "./seeded.ts";
import { type Company, outcomeOf, society } from "./society.ts";
import { fold, foldOnce, leftovers, miscounts } from "./tallies.ts";
import { joins, type Person } from "./tenants.ts";

const { scratch, owner, service, company, member, person } = await society();
const [one, two, cron] = [
  await scratch.connect("service"),
  await scratch.connect("service"),
  await scratch.connect("service"),
];
const hand = await scratch.connect();

/** Right at once, and with everything folded. */
async function expectExact() {
  expect(await miscounts(owner)).toEqual([]);
  await fold(service);
  expect(await miscounts(owner)).toEqual([]);
  expect(await leftovers(owner)).toEqual([]);
}
afterEach(async () => {
  // What failed half-way must not hold up the next.
  for (const client of [hand, cron]) await client.query("rollback");
  await expectExact();
});

type Scene = { org: Company; members: Person[]; invite: Invite };

/** Somebody's company of four with an invite out; half of its numbers folded, somebody gone already. */
async function scene(alone = false): Promise<Scene> {
  const org = await company();
  const invite = await invited(owner, org.owner, org);
  if (alone) return { org, members: [], invite };
  const members = [await member(org), await member(org, "admin")];
  await fold(service);
  members.push(await member(org));
  const left = await member(org);
  await owner.query("delete from member where user_id = $1", [left.userId]);
  return { org, members, invite };
}

const of = (org: Company, somebody: Person) => `where org_id = ${org.orgId} and user_id = ${somebody.userId}`;
const leaving = (client: pg.Client, org: Company, somebody: Person): Run => ({
  client,
  effect: whole(client, somebody, org.orgId, `delete from member ${of(org, somebody)}`),
});
const folding = (limit: number): Run => ({
  client: cron,
  effect: async () => `folded ${(await foldOnce(cron, limit)) >= 0}`,
});

/** How an organization ends. */
const endings: { what: string; alone?: boolean; does(scene: Scene): Run; ends: string }[] = [
  {
    what: "its owner deletes it",
    does: ({ org }) => ({
      client: one,
      effect: whole(one, org.owner, org.orgId, `delete from organisation where id = ${org.orgId}`, "delete"),
    }),
    ends: "done 1",
  },
  {
    what: "its only member deletes their account",
    alone: true,
    does: ({ org }) => ({
      client: one,
      effect: whole(one, org.owner, null, "select app.delete_account(1, 0) as outcome"),
    }),
    ends: "deleted",
  },
  {
    what: "it is deleted by hand",
    does: ({ org }) => ({
      client: hand,
      effect: () => outcomeOf(hand.query(`delete from organisation where id = ${org.orgId}`)),
    }),
    ends: "done 1",
  },
];

const remembered = async (orgId: number) =>
  (
    await owner.query(
      `select (select count(*) from member_tally where org_id = $1)::int
        + (select count(*) from growth_tally where org_id = $1)::int as tallies,
        (select count(*) from member_change where org_id = $1)::int as unfolded`,
      [orgId],
    )
  ).rows[0];

test.each(endings)("an organization that ended before the fold ($what) is in no tally", async (ending) => {
  const made = await scene(ending.alone);
  expect(await atOnce([ending.does(made)])).toEqual([ending.ends]);
  await fold(service);
  expect(await remembered(made.org.orgId)).toEqual({ tallies: 0, unfolded: 0 });
  await expectExact();
});

test.each(endings)("the fold passes by an organization that is ending ($what)", async (ending) => {
  const made = await scene(ending.alone);
  const neighbour = await company();
  // As far as its end goes before it is committed.
  await hand.query("begin");
  await hand.query(`delete from organisation where id = ${made.org.orgId}`);
  const before = await remembered(made.org.orgId);
  await fold(cron);
  expect(await remembered(made.org.orgId)).toEqual(before);
  expect((await remembered(neighbour.orgId)).unfolded).toBe(0);
  expect(await miscounts(owner)).toEqual([]);
  await hand.query("commit");
  await expectExact();
  expect((await remembered(made.org.orgId)).tallies).toBe(0);
});

test.each(endings)(
  "whoever ends an organization ($what) waits for the fold, and takes its work along",
  async (ending) => {
    const made = await scene(ending.alone);
    await cron.query("begin");
    await foldOnce(cron);
    expect(await behind(cron, [ending.does(made)])).toEqual([ending.ends]);
    expect((await remembered(made.org.orgId)).tallies).toBe(0);
  },
);

test.each(endings)(
  "while one joins, one leaves and the cron folds, $what: over and over, none of them is told of a deadlock",
  async (ending) => {
    const random = seeded(7);
    for (let round = 0; round < 40; round += 1) {
      const made = await scene(ending.alone);
      const runs: [string, Run][] = [
        ["end", ending.does(made)],
        ["fold", folding(random.oneOf([1, 3, 1_000]))],
        ["join", { client: two, effect: () => accepting(two, made.invite) }],
        ...made.members
          .slice(0, 1)
          .map((somebody): [string, Run] => ["leave", leaving(service, made.org, somebody)]),
      ];
      const order = runs.map((run) => ({ run, place: random.fraction() })).sort((a, b) => a.place - b.place);
      const ended = await atOnce(order.map(({ run }) => run[1]));
      const told = Object.fromEntries(order.map(({ run }, index) => [run[0], ended[index]]));
      expect(told).toEqual({
        // Of who was alone somebody may have joined a moment before.
        end: ending.alone ? expect.stringMatching(/^(deleted|sole_owner)$/) : ending.ends,
        fold: "folded true",
        join: expect.stringMatching(/^(accepted|invite_void)$/),
        ...(ending.alone ? {} : { leave: expect.stringMatching(/^(done [01]|TN404 not_found)$/) }),
      });
      if (round % 5 === 0) await expectExact();
    }
  },
);

test("an account that ends in many places at once, where others come and go while the cron folds, ends", async () => {
  for (let round = 0; round < 25; round += 1) {
    const leaver = await person();
    const alone = [await company(leaver), await company(leaver), await company(leaver)];
    const shared = [await scene(), await scene()];
    for (const { org } of shared) await joins(owner, leaver, org, "admin");
    const [first, second] = shared as [Scene, Scene];
    const deletion = whole(one, leaver, null, "select app.delete_account(1, 0) as outcome");
    const ended = await atOnce([
      { client: one, effect: deletion },
      { client: cron, effect: async () => `folded ${(await foldOnce(cron, 4)) >= 0}` },
      { client: two, effect: () => accepting(two, first.invite) },
      leaving(service, second.org, second.members[0] as Person),
      { client: hand, effect: async () => `folded ${(await foldOnce(hand, 1_000)) >= 0}` },
    ]);
    expect(ended).toEqual(["deleted", "folded true", "accepted", "done 1", "folded true"]);
    if (round % 5 === 0) await expectExact();
    for (const { orgId } of alone) expect(await remembered(orgId)).toMatchObject({ tallies: 0 });
  }
});

test("a hundred who join and leave one organization at once, over and over, while two folds run: all are counted", async () => {
  const org = await company();
  const clients = await Promise.all(Array.from({ length: 100 }, () => scratch.connect("service")));
  let [inside, outside]: [Person[], Person[]] = [[], []];
  for (let made = 0; made < 50; made += 1) {
    inside.push(await member(org));
    outside.push(await person());
  }
  const reader = await scratch.connect();
  for (let round = 0; round < 6; round += 1) {
    const invites: Invite[] = [];
    for (const { email } of outside) invites.push(await invited(owner, org.owner, org, { email }));
    const runs = clients.map((client, index): Run => {
      const place = Math.floor(index / 2);
      if (index % 2) return { client, effect: () => accepting(client, invites[place] as Invite, null) };
      const somebody = inside[place] as Person;
      // Half of them are removed.
      return place % 2
        ? leaving(client, org, somebody)
        : {
            client,
            effect: whole(client, org.owner, org.orgId, `delete from member ${of(org, somebody)}`),
          };
    });
    let busy = true;
    const meanwhile = async (work: () => Promise<unknown>) => {
      while (busy) await work();
    };
    const [ended] = await Promise.all([
      atOnce(runs).finally(() => {
        busy = false;
      }),
      meanwhile(() => foldOnce(cron, 7)),
      meanwhile(() => foldOnce(hand, 1_000)),
      meanwhile(async () => expect(await miscounts(reader)).toEqual([])),
    ]);
    expect(ended).toEqual(clients.map((_client, index) => (index % 2 ? "accepted" : "done 1")));
    await expectExact();
    const { rows } = await owner.query(
      "select sum(members)::int as members from member_tally where org_id = $1",
      [org.orgId],
    );
    expect(rows).toEqual([{ members: 51 }]);
    [inside, outside] = [outside, inside];
  }
  await Promise.all(clients.map((client) => client.end()));
});

test("in all of that the database met no deadlock", async () => {
  // What a connection met is told when it ends, at the latest, or asked to.
  for (const client of [cron, hand, service, owner]) await client.query("select pg_stat_force_next_flush()");
  await Promise.all([one, two].map((client) => client.end()));
  const { rows } = await owner.query(
    "select deadlocks::int as deadlocks, xact_commit > 1000 as counted from pg_stat_database where datname = current_database()",
  );
  expect(rows).toEqual([{ deadlocks: 0, counted: true }]);
});
