// The statistics' days, weeks and months, against what Intl knows of every time zone there is.
import { afterAll, expect, test } from "vitest";
import { countBuckets, intervals } from "../../src/stats/buckets.ts";
import { growthFilters } from "../../src/stats/schemas.ts";
import {
  type Bucket,
  bucketsOf,
  dayMs,
  type Interval,
  localDayOf,
  offsetChanges,
  shownThere,
} from "./local-days.ts";
import { migratedDatabase } from "./scratch.ts";
import { type Random, seeded } from "./seeded.ts";

const scratch = await migratedDatabase();
afterAll(() => scratch.drop());
const { owner } = scratch;
await owner.query("set time zone 'America/New_York'"); // Whatever the session's own is.

type Range = { interval: Interval; from: number; to: number };

const timeZones = [...Intl.supportedValuesOf("timeZone"), "UTC"];
const [firstYear, endYear] = [Date.UTC(2010, 0, 1), Date.UTC(2031, 0, 1)];
/** So many zones may be others than Intl's in the two libraries' editions of the time zone database. */
const mostRevised = 12;
const mostChanges = 14;
const about: Record<Interval, number> = { day: 3 * dayMs, week: 15 * dayMs, month: 50 * dayMs };

/** Some days, weeks or months on both sides of an instant, none of them from or to midnight. */
function around(random: Random, at: number, interval = random.oneOf(intervals)): Range {
  const [before, after] = [random.whole(1, about[interval]), random.whole(1, about[interval])];
  return { interval, from: at - before, to: at + after };
}

/** From the moment itself, until it, and one millisecond beside. */
const close = (random: Random, at: number): Range => {
  const interval = random.oneOf(intervals);
  const from = at + random.whole(-1, 1);
  return random.chance(0.5)
    ? { interval, from, to: from + random.whole(0, 3 * dayMs) }
    : { interval, from: from - random.whole(0, 3 * dayMs), to: from };
};

/** Around the changes of the clocks (of many, some), and anywhere. */
function rangesOf(timeZone: string): Range[] {
  const random = seeded(timeZones.indexOf(timeZone) + 1);
  const all = offsetChanges(timeZone, firstYear, endYear, 15 * dayMs);
  const changes =
    all.length <= mostChanges ? all : Array.from({ length: mostChanges }, () => random.oneOf(all));
  const anywhere = [1, 2, 3, 4].map(() => random.whole(firstYear, endYear));
  return [...changes, ...anywhere].flatMap((at) => [around(random, at), close(random, at)]);
}

async function calendars(timeZone: string, ranges: Range[]): Promise<Bucket[][]> {
  const { rows } = await owner.query<{ i: string } & Record<keyof Bucket, string>>(
    `select i, c.* from unnest($2::text[], $3::bigint[], $4::bigint[]) with ordinality r (intval, since, until, i),
      app.calendar(r.intval, $1, r.since, r.until) c`,
    [timeZone, ranges.map((r) => r.interval), ranges.map((r) => r.from), ranges.map((r) => r.to)],
  );
  const found: Bucket[][] = ranges.map(() => []);
  for (const { i, starts, begins, ends } of rows)
    found[Number(i) - 1]?.push({ starts: Number(starts), begins: Number(begins), ends: Number(ends) });
  return found;
}

/** Does Postgres show other times there than Intl, near this range? Then it knows other rules of that place. */
async function isRevised(timeZone: string, { from, to }: Range): Promise<boolean> {
  const hours = Math.ceil((to - from + 80 * dayMs) / 3_600_000);
  const ats = Array.from({ length: hours }, (_, hour) => from - 40 * dayMs + hour * 3_600_000);
  const { rows } = await owner.query<{ shown: string }>(
    `select extract(epoch from app.instant_of(a) at time zone $1) * 1000 as shown
      from unnest($2::bigint[]) with ordinality u (a, i) order by i`,
    [timeZone, ats],
  );
  return ats.some((at, i) => Number(rows[i]?.shown) !== shownThere(timeZone, at));
}

const expected = (timeZone: string, { interval, from, to }: Range) =>
  from < to ? bucketsOf(interval, timeZone, from, to) : [];

/** Returns how many buckets the Worker counts that are none. */
function expectCounted(timeZone: string, range: Range): number {
  const { interval, from, to } = range;
  const buckets = expected(timeZone, range).length;
  const more = countBuckets(interval, timeZone, from, to) - buckets;
  const dates = localDayOf(timeZone, to - 1) - localDayOf(timeZone, from) + 1;
  const most = from < to && bucketsOf("day", timeZone, from, to).length < dates ? 1 : 0;
  expect([0, most], `${timeZone} ${JSON.stringify(range)}`).toContain(more);
  return more;
}

test("every zone, 2010 to 2030: buckets begin with the earliest instant of their first day, wherever clocks change", async () => {
  const revised = new Set<string>();
  let compared = 0;
  for (const timeZone of timeZones) {
    const ranges = rangesOf(timeZone);
    const found = await calendars(timeZone, ranges);
    for (const [i, range] of ranges.entries()) {
      const wanted = expected(timeZone, range);
      if (JSON.stringify(found[i]) === JSON.stringify(wanted)) compared += 1;
      else if (await isRevised(timeZone, range)) revised.add(timeZone);
      else expect(found[i], `${timeZone} ${JSON.stringify(range)}`).toEqual(wanted);
    }
  }
  expect([...revised].slice(mostRevised)).toEqual([]);
  expect(compared).toBeGreaterThan(6_000);
}, 180_000);

test("buckets follow on one another, none is empty, together they are the range", async () => {
  for (const timeZone of ["Europe/Berlin", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "UTC"]) {
    const ranges = rangesOf(timeZone);
    const found = await calendars(timeZone, ranges);
    for (const [i, { from, to }] of ranges.entries()) {
      const buckets = found[i] ?? [];
      expect([from, ...buckets.map(({ ends }) => ends)]).toEqual([
        ...buckets.map(({ begins }) => begins),
        to,
      ]);
      expect(buckets.filter(({ begins, ends }) => begins >= ends)).toEqual([]);
      expect(buckets.slice(1).filter(({ starts, begins }) => starts !== begins)).toEqual([]);
      expect(buckets[0]?.starts ?? from).toBeLessThanOrEqual(from);
    }
  }
});

test("days that a clock shows twice, in part, or never", async () => {
  const days = async (timeZone: string, from: string, to: string) => {
    const range: Range = { interval: "day", from: Date.parse(from), to: Date.parse(to) };
    const [found] = await calendars(timeZone, [range]);
    expect(found).toEqual(expected(timeZone, range));
    return found?.map(({ starts }) => new Date(starts).toISOString().slice(0, 16));
  };
  // 30 December 2011 was none there.
  expect(await days("Pacific/Apia", "2011-12-29T12:00Z", "2011-12-31T12:00Z")).toEqual([
    "2011-12-29T10:00",
    "2011-12-30T10:00",
    "2011-12-31T10:00",
  ]);
  // No midnight: the day began at one o'clock.
  expect(await days("America/Sao_Paulo", "2018-11-03T12:00Z", "2018-11-05T12:00Z")).toEqual([
    "2018-11-03T03:00",
    "2018-11-04T03:00",
    "2018-11-05T02:00",
  ]);
  // Midnight twice, an hour apart; and a minute after midnight back into the day before, for an hour.
  expect(await days("America/Havana", "2020-10-31T12:00Z", "2020-11-02T12:00Z")).toEqual([
    "2020-10-31T04:00",
    "2020-11-01T04:00",
    "2020-11-02T05:00",
  ]);
  expect(await days("America/St_Johns", "2010-11-06T12:00Z", "2010-11-08T12:00Z")).toEqual([
    "2010-11-06T02:30",
    "2010-11-07T02:30",
    "2010-11-08T03:30",
  ]);
});

test("around the epoch, long before it, in the years 0, 9999 and 33658", async () => {
  const random = seeded(1970);
  const ats = [
    -1,
    0,
    1,
    dayMs,
    ...[
      "0000-01-01",
      "0001-01-01",
      "1582-10-10",
      "1844-12-31",
      "1900-02-28",
      "1969-12-31",
      "9999-12-31T23:59:59.999Z",
    ].map((at) => Date.parse(at)),
    999_999_999_999_999,
  ];
  for (const timeZone of ["UTC", "Europe/Berlin", "Asia/Manila", "America/Juneau", "Africa/Monrovia"]) {
    const ranges = ats.flatMap((at) => [
      close(random, at),
      ...intervals.map((interval) => around(random, at, interval)),
    ]);
    const found = await calendars(timeZone, ranges);
    for (const [i, range] of ranges.entries()) {
      expect(found[i], `${timeZone} ${JSON.stringify(range)}`).toEqual(expected(timeZone, range));
      expectCounted(timeZone, range);
    }
  }
});

test("there is nothing between an instant and itself, or an earlier one", async () => {
  const now = Date.UTC(2026, 2, 29);
  const nothing = [now, now - 1, now - 40 * dayMs].flatMap((to) =>
    intervals.map((interval) => ({ interval, from: now, to })),
  );
  for (const timeZone of ["UTC", "Europe/Berlin"])
    expect((await calendars(timeZone, nothing)).flat()).toEqual([]);
});

test("the Worker counts as many buckets before it asks, and one more at most where a date was none or came twice", () => {
  const random = seeded(2030);
  for (const timeZone of timeZones.filter(() => random.chance(0.2)))
    for (const range of rangesOf(timeZone)) expectCounted(timeZone, range);
  const days = (timeZone: string, from: string, to: string) =>
    expectCounted(timeZone, { interval: "day", from: Date.parse(from), to: Date.parse(to) });
  expect(days("Pacific/Apia", "2011-12-29T12:00Z", "2011-12-31T12:00Z")).toBe(1);
  expect(days("America/St_Johns", "2010-11-07T03:00Z", "2010-11-08T12:00Z")).toBe(1);
  expect(days("America/St_Johns", "2010-11-07T02:00Z", "2010-11-08T12:00Z")).toBe(0);
}, 180_000);

test("a zone that is asked for is the same place to Postgres as to Intl, whatever short name it has", async () => {
  const { rows } = await owner.query<{ name: string }>(
    "select name from pg_timezone_names union select abbrev from pg_timezone_abbrevs union select lower(abbrev) from pg_timezone_abbrevs",
  );
  const ats = [0, 3, 6, 9].map((month) => Date.UTC(2024, month, 10));
  const known = rows.flatMap(({ name }) => {
    const { data } = growthFilters.tz.safeParse(name);
    return data === undefined ? [] : [{ name, data }];
  });
  const { rows: shown } = await owner.query<{ ats: number[] }>(
    `select array(select (extract(epoch from app.instant_of(a) at time zone tz) * 1000)::float8
        from unnest($2::bigint[]) a) as ats
      from unnest($1::text[]) with ordinality u (tz, i) order by i`,
    [known.map(({ data }) => data), ats],
  );
  const elsewhere = known.filter(({ name }, i) =>
    ats.some((at, j) => shown[i]?.ats[j] !== shownThere(name, at)),
  );
  expect(elsewhere).toEqual([]);
  expect(known.length).toBeGreaterThan(400);
});
