// Growth over several organizations and a thousand days at once: every bucket is a recount of who came and went in it, and
// the sum of what each organization's own series says.
import { beforeAll, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { type Asked, allSince, foldedOrNot, statsOf, utc } from "./support/stats.ts";

type Bucket = { start: number; joined: number; left: number; total: number };
type Stay = { org: number; joined: number; left: number | null; status: number };

const hour = 3_600_000;
const range = { from: "2010-01-01T00:00:00.001Z", to: "2012-09-25T23:59:59.999Z" };
let ann: SignedIn;
let orgIds: number[];
const stays: Stay[] = [];

/** Whole numbers below a bound, the same in every run. */
let seed = 20_260_101;
function random(bound: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * bound);
}
/** Often at the edge of an hour, of a day of UTC, or of one with minutes in its offset. */
const moment = () => {
  const day = utc("2009-12-20") + random(1_010) * 24 * hour;
  const edge = [0, 5, 10, 12, 18.25, 3.5][random(6)] ?? 0;
  return random(2) === 0 ? day + random(24 * hour) : day + edge * hour + random(3) - 1;
};

beforeAll(async () => {
  ann = await signedIn();
  orgIds = [ann.org_id];
  for (let i = 0; i < 4; i += 1)
    orgIds.push((await expectAnswer(await as(ann)("POST /organizations", { name: "Another" }), 201)).org_id);
  for (const org of orgIds) {
    await allSince(org, utc("2009-06-01"));
    stays.push({ org, joined: utc("2009-06-01"), left: null, status: 0 });
    for (let i = 0; i < 60; i += 1) {
      const joined = moment();
      const left = random(2) === 0 ? null : Math.max(joined, moment());
      stays.push({ org, joined, left, status: random(4) === 0 ? 1 : 0 });
    }
  }
  const rest = stays.filter(({ joined }) => joined !== utc("2009-06-01"));
  await owner(
    `with stay as (select * from jsonb_to_recordset($1) s (org integer, joined bigint, "left" bigint, status integer)),
     present as (select row_number() over () as n, * from stay where "left" is null),
     people as (insert into "user" (email, password)
       select n || '.' || gen_random_uuid() || '@example.com', 'no hash' from present returning id),
     numbered as (select id, row_number() over () as n from people),
     members as (insert into member (org_id, user_id, role_id, status, created_at)
       select p.org, u.id, r.id, p.status, p.joined from present p join numbered u using (n)
         join role r on r.org_id = p.org and r.name = 'member' returning id),
     past as (insert into past_member (org_id, status, joined_at, left_at)
       select org, status, joined, "left" from stay where "left" is not null returning *)
     insert into member_change (org_id, role_id, status, at, members, joined, ended)
     select org_id, null::integer, status, joined_at, 0, 1, 0 from past
     union all select org_id, null, status, left_at, 0, 0, 1 from past`,
    [JSON.stringify(rest)],
  );
});

/** The series once more, from the stays, by the starts that it names. */
function recount(series: Bucket[], some: Stay[], { from, to }: { from: string; to: string }): Bucket[] {
  return series.map(({ start }, i) => {
    const begins = Math.max(start, Date.parse(from));
    const ends = series[i + 1]?.start ?? Date.parse(to);
    const inside = (at: number | null) => at !== null && at >= begins && at < ends;
    const joined = some.filter((stay) => inside(stay.joined)).length;
    const left = some.filter((stay) => inside(stay.left)).length;
    const total = some.filter(
      (stay) => stay.joined < ends && (stay.left === null || stay.left >= ends),
    ).length;
    return { start, joined, left, total };
  });
}
const growth = (asked: Asked) => statsOf(ann, "membership-growth", { ...range, ...asked });

test.each([
  "UTC",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Pacific/Kiritimati",
  "Europe/Berlin",
  "Australia/Lord_Howe",
])("by the days of %s", async (tz) => {
  await foldedOrNot(orgIds, async () => {
    const series: Bucket[] = await growth({ tz });
    expect(series.length).toBeGreaterThanOrEqual(999);
    expect(series).toEqual(recount(series, stays, range));
    expect(series.reduce((sum, { joined, left }) => sum + joined + left, 0)).toBeGreaterThan(400);
  });
});

test("by status, and each organization for itself", async () => {
  const asked = { tz: "Asia/Kathmandu" };
  await foldedOrNot(orgIds, async () => {
    for (const status of [0, 1]) {
      const series: Bucket[] = await growth({ ...asked, status });
      expect(series).toEqual(
        recount(
          series,
          stays.filter((stay) => stay.status === status),
          range,
        ),
      );
    }
    for (const org_id of orgIds) {
      const series: Bucket[] = await growth({ ...asked, org_id });
      expect(series).toEqual(
        recount(
          series,
          stays.filter(({ org }) => org === org_id),
          range,
        ),
      );
    }
  });
});

test("by weeks and months", async () => {
  await foldedOrNot(orgIds, async () => {
    for (const interval of ["week", "month"])
      for (const tz of ["UTC", "America/St_Johns"]) {
        const series: Bucket[] = await growth({ interval, tz });
        expect(series).toEqual(recount(series, stays, range));
      }
  });
});
