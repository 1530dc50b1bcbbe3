// Whatever is folded when, in whatever steps: what is asked of the numbers is what the memberships themselves say.
import { expect, test } from "vitest";
import { pastMembers } from "../../scripts/invariants/tallies.ts";
import { type Random, seeded } from "./seeded.ts";
import { society } from "./society.ts";
import { fold, foldOnce, leftovers, miscounts } from "./tallies.ts";

const { owner } = await society();
const [hourMs, dayMs] = [3_600_000, 86_400_000];

// A clock that stands still until it is set.
await owner.query(`
  create table clock (ms bigint);
  insert into clock values (0);
  create or replace function app.now_ms() returns bigint language sql volatile as 'select ms from public.clock';
  insert into "user" (email, password) select n || '@example.com', '' from generate_series(1, 12) n`);
const people = (await owner.query<{ id: number }>('select id from "user"')).rows.map((row) => row.id);

type Org = { id: number; roles: number[] };

/** Without an owner, whom nobody will miss. */
async function founded(): Promise<Org> {
  const { rows } = await owner.query(
    `with o as (insert into organisation (name) values ('Acme') returning id)
      insert into role (org_id, name, scope) select id, name, 'organization' from o, (values ('one'), ('two')) n (name)
      returning org_id, id`,
  );
  return { id: rows[0].org_id, roles: rows.map((row) => row.id) };
}

/** Of a few days before and after 1970 began, often at the edge of an hour. */
const instant = ({ whole, oneOf }: Random) =>
  whole(-50, 80) * hourMs + oneOf([0, 0, -1, 1, whole(0, hourMs - 1)]);
const perhaps = <T>(random: Random, value: T) => (random.chance(0.4) ? null : value);

type World = { random: Random; orgs: Org[] };
const all = ({ orgs }: World) => orgs.map((org) => org.id);

const writes: [number, (world: World) => Promise<unknown>][] = [
  [
    8,
    ({ random, orgs }) => {
      const org = random.oneOf(orgs);
      const values = Array.from(
        { length: random.whole(1, 4) },
        () =>
          `(${org.id}, ${random.oneOf(people)}, ${random.oneOf(org.roles)}, ${random.whole(0, 1)}, ${instant(random)})`,
      );
      return owner.query(
        `insert into member (org_id, user_id, role_id, status, created_at) values ${values.join(", ")} on conflict do nothing`,
      );
    },
  ],
  [
    3,
    ({ random, orgs }) => {
      const org = random.oneOf(orgs);
      const set = random.oneOf([
        "status = 1 - status",
        `role_id = ${random.oneOf(org.roles)}`,
        `created_at = ${instant(random)}`,
      ]);
      return owner.query(`update member set ${set} where org_id = ${org.id} and user_id = any ($1)`, [
        people.filter(() => random.chance(0.4)),
      ]);
    },
  ],
  [
    4,
    (world) =>
      owner.query("delete from member where org_id = any ($1) and user_id = any ($2)", [
        all(world).filter(() => world.random.chance(0.6)),
        people.filter(() => world.random.chance(0.3)),
      ]),
  ],
  [
    1,
    async (world) => {
      const place = world.random.whole(0, world.orgs.length - 1);
      await owner.query("delete from organisation where id = $1", [world.orgs[place]?.id]);
      world.orgs[place] = await founded();
    },
  ],
];
const write = (world: World) =>
  world.random.oneOf(writes.flatMap(([weight, one]) => Array<typeof one>(weight).fill(one)))(world);

/** What is said, and what the memberships say: [from the function, from the tables]. */
async function asked(text: string, values: unknown[]): Promise<[unknown, unknown]> {
  const { rows } = await owner.query(text, values);
  return [rows[0].said, rows[0].there];
}

function membersNow(world: World) {
  const { random } = world;
  const orgIds = all(world).filter(() => random.chance(0.7));
  return asked(
    `select
      (select jsonb_agg(to_jsonb(c) order by org_id, role_id) from app.member_counts($1, $2, $3, $4) c) as said,
      (select jsonb_agg(to_jsonb(c) order by org_id, role_id) from (
        select org_id, role_id, count(*) as members from member
        where org_id = any ($1) and ($2::bigint is null or created_at >= $2) and ($3::bigint is null or created_at < $3)
          and ($4::int is null or status = $4)
        group by 1, 2) c) as there`,
    [
      orgIds,
      ...[instant(random), instant(random)].sort((a, b) => a - b).map((at) => perhaps(random, at)),
      perhaps(random, random.whole(0, 1)),
    ],
  );
}

function membersBefore(world: World, instants: number) {
  const { random } = world;
  const at = Array.from({ length: instants }, () => instant(random));
  return asked(
    `with m as (
      select org_id, status, created_at as joined_at, null::bigint as left_at from member
      union all ${pastMembers}
    )
    select
      (select jsonb_agg(to_jsonb(b) order by at) from app.members_before($1, $2, $3) b) as said,
      (select jsonb_agg(to_jsonb(b) order by at) from (
        select a.at, count(*) filter (where m.joined_at < a.at) as joined,
          count(*) filter (where m.left_at < a.at) as ended
        from (select distinct unnest($2::bigint[]) as at) a
          left join m on ($1::int[] is null or m.org_id = any ($1)) and ($3::int is null or m.status = $3)
        group by 1) b) as there`,
    [
      perhaps(
        random,
        all(world).filter(() => random.chance(0.8)),
      ),
      at,
      perhaps(random, random.whole(0, 1)),
    ],
  );
}

async function compare(world: World, instants = world.random.whole(1, 6)) {
  for (const [said, there] of [await membersNow(world), await membersBefore(world, instants)])
    expect(said).toEqual(there);
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
test.each(seeds)(
  "history %i: every answer is right, before and after each step that is folded",
  async (seed) => {
    const random = seeded(seed);
    const world: World = { random, orgs: [await founded(), await founded(), await founded()] };
    let now = -60 * hourMs;
    let folded = 0;
    for (let step = 0; step < 40; step += 1) {
      now += random.whole(0, 7) * hourMs + random.oneOf([0, 1, random.whole(0, hourMs)]);
      await owner.query("update clock set ms = $1", [now]);
      await write(world);
      await compare(world);
      if (random.chance(0.5)) {
        folded += await foldOnce(owner, random.oneOf([1, 3, 1_000]));
        await compare(world);
        expect(await miscounts(owner)).toEqual([]);
      }
    }
    expect(folded).toBeGreaterThan(10);
    await compare(world, 2_000);
    await fold(owner);
    await compare(world, 2_000);
    expect(await miscounts(owner)).toEqual([]);
    expect(await leftovers(owner)).toEqual([]);
  },
);

test("an answer that left out what is not folded, or the tallies, would be noticed", async () => {
  const world: World = { random: seeded(1), orgs: [await founded()] };
  const [org] = world.orgs as [Org];
  const join = (index: number) =>
    owner.query("insert into member (org_id, user_id, role_id, created_at) values ($1, $2, $3, $4)", [
      org.id,
      people[index],
      org.roles[0],
      -2 * dayMs,
    ]);
  await join(0);
  await fold(owner);
  await join(1);
  for (const table of ["member_tally", "growth_tally", "member_change"]) {
    await owner.query("begin");
    await owner.query(`delete from ${table}`);
    expect(await miscounts(owner), table).not.toEqual([]);
    const question = () => (table === "member_tally" ? membersNow(world) : membersBefore(world, 20));
    const seen: boolean[] = [];
    for (let times = 0; times < 20; times += 1) {
      const [said, there] = await question();
      seen.push(JSON.stringify(said) !== JSON.stringify(there));
    }
    expect(seen, table).toContain(true);
    await owner.query("rollback");
  }
});
