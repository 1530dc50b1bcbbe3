// GET /stats/membership-growth: who came and went in each day, week or month, and how many there were at its end.
import { beforeAll, describe, expect, test } from "vitest";
import { type SignedIn, signedIn } from "./support/people.ts";
import { type Asked, allSince, foldedOrNot, memberSince, statsOf, utc, wasMember } from "./support/stats.ts";

type Bucket = { start: number; joined: number; left: number; total: number };

const day = 86_400_000;
const growth = (person: SignedIn, asked: Asked): Promise<Bucket[]> =>
  foldedOrNot([person.org_id], () =>
    statsOf(person, "membership-growth", { org_id: person.org_id, ...asked }),
  );
/** `[start, joined, left, total]`, the start in UTC as text. */
const rows = (buckets: Bucket[]) =>
  buckets.map(({ start, joined, left, total }) => [new Date(start).toISOString(), joined, left, total]);
const at = (date: string) => new Date(utc(date)).toISOString();

/** Founded on 2003-01-01, a Wednesday; four others joined, and two of them left. */
let ann: SignedIn;
beforeAll(async () => {
  ann = await signedIn();
  await allSince(ann.org_id, utc("2003-01-01"));
  await memberSince(ann.org_id, { at: utc("2003-01-02T00:00:00") });
  await memberSince(ann.org_id, { at: utc("2003-01-02T23:59:59.999"), status: 1 });
  await wasMember(ann.org_id, utc("2003-01-03T10:00:00"), utc("2003-01-05T09:30:00"));
  await wasMember(ann.org_id, utc("2003-01-05T09:00:00"), utc("2003-02-10T00:00:00"), 1);
});

test("each bucket has exactly the contract's fields, in the order of time", async () => {
  const series = await growth(ann, { from: "2003-01-01", to: "2003-01-03" });
  expect(series).toEqual([
    { start: utc("2003-01-01"), joined: 1, left: 0, total: 1 },
    { start: utc("2003-01-02"), joined: 2, left: 0, total: 3 },
  ]);
});

describe("by", () => {
  test("day, the days on which nothing happens included", async () => {
    expect(rows(await growth(ann, { from: "2002-12-31", to: "2003-01-07" }))).toEqual([
      [at("2002-12-31"), 0, 0, 0],
      [at("2003-01-01"), 1, 0, 1],
      [at("2003-01-02"), 2, 0, 3],
      [at("2003-01-03"), 1, 0, 4],
      [at("2003-01-04"), 0, 0, 4],
      [at("2003-01-05"), 1, 1, 4],
      [at("2003-01-06"), 0, 0, 4],
    ]);
  });

  test("week, from Monday to Sunday; what was before `from` is in no bucket, but in the total", async () => {
    const asked = { interval: "week", from: "2003-01-02", to: "2003-01-20" };
    expect(rows(await growth(ann, asked))).toEqual([
      [at("2002-12-30"), 4, 1, 4],
      [at("2003-01-06"), 0, 0, 4],
      [at("2003-01-13"), 0, 0, 4],
    ]);
    const whole = await growth(ann, { ...asked, from: "2002-12-29" });
    expect(rows(whole).slice(0, 2)).toEqual([
      [at("2002-12-23"), 0, 0, 0],
      [at("2002-12-30"), 5, 1, 4],
    ]);
    for (const { start } of whole) expect(new Date(start).getUTCDay()).toBe(1);
  });

  test("month, of whatever length", async () => {
    const asked = { interval: "month", from: "2002-12-01", to: "2003-04-01" };
    expect(rows(await growth(ann, asked))).toEqual([
      [at("2002-12-01"), 0, 0, 0],
      [at("2003-01-01"), 5, 1, 4],
      [at("2003-02-01"), 0, 1, 3],
      [at("2003-03-01"), 0, 0, 3],
    ]);
  });

  test("month in a leap year, over the turn of a year", async () => {
    const series = await growth(ann, {
      interval: "month",
      from: "2003-11-30T23:59:59Z",
      to: "2004-03-01T00:00:01Z",
    });
    expect(rows(series).map(([start]) => start)).toEqual(
      ["2003-11-01", "2003-12-01", "2004-01-01", "2004-02-01", "2004-03-01"].map(at),
    );
  });
});

describe("clipped by from and to", () => {
  test("to the millisecond: from inclusive, to exclusive, the start still that of the calendar", async () => {
    const first = utc("2003-01-02");
    const last = utc("2003-01-02T23:59:59.999");
    for (const [from, to, joined, total] of [
      [first, last + 1, 2, 3],
      [first, last, 1, 2],
      [first + 1, last + 1, 1, 3],
      [first + 1, last, 0, 2],
      [first, first + 1, 1, 2],
      [last, last + 1, 1, 3],
      [last - 1, last, 0, 2],
    ] as const)
      expect(rows(await growth(ann, { from, to })), `${from} to ${to}`).toEqual([
        [at("2003-01-02"), joined, 0, total],
      ]);
  });

  test("who leaves at a moment has left from that moment on", async () => {
    const left = utc("2003-01-05T09:30:00");
    const one = async (from: number, to: number) =>
      rows(await growth(ann, { from, to })).map(([, ...numbers]) => numbers);
    expect(await one(left - 1, left)).toEqual([[0, 0, 5]]);
    expect(await one(left, left + 1)).toEqual([[0, 1, 4]]);
    expect(await one(left + 1, left + 2)).toEqual([[0, 0, 4]]);
    expect(await one(left - 1, left + 1)).toEqual([[0, 1, 4]]);
  });

  test("the parts of days at both ends, within one week or month", async () => {
    const asked = { from: "2003-01-05T09:00:00Z", to: "2003-01-05T09:30:00Z" };
    for (const [interval, start] of [
      ["day", "2003-01-05"],
      ["week", "2002-12-30"],
      ["month", "2003-01-01"],
    ])
      expect(rows(await growth(ann, { ...asked, interval: interval ?? "" }))).toEqual([
        [at(start ?? ""), 1, 0, 5],
      ]);
  });

  test("one moment for both is no bucket at all", async () => {
    expect(await growth(ann, { from: "2003-01-02", to: "2003-01-02" })).toEqual([]);
  });

  test("from a time that has not come, to none: no bucket", async () => {
    expect(await growth(ann, { from: Date.now() + 366 * day })).toEqual([]);
  });

  test("to a time that has not come: what has happened until then", async () => {
    const [last] = (await growth(ann, { to: Date.now() + 366 * day, interval: "week" })).slice(-1);
    expect(last).toMatchObject({ joined: 0, left: 0, total: 3 });
    const ages = await growth(ann, { from: "9999-12-30", to: "9999-12-31T23:59:59.999Z" });
    expect(ages.map(({ total }) => total)).toEqual([3, 3]);
  });

  test("before the epoch nobody was there", async () => {
    const series = await growth(ann, {
      from: "1969-12-31T00:00:00Z",
      to: "1970-01-02T00:00:00Z",
      tz: "America/New_York",
    });
    expect(rows(series)).toEqual(
      ["1969-12-30T05:00:00", "1969-12-31T05:00:00", "1970-01-01T05:00:00"].map((start) => [
        at(start),
        0,
        0,
        0,
      ]),
    );
    expect(await growth(ann, { to: 0 })).toHaveLength(30);
  });
});

describe("the status", () => {
  test("is that of the membership now, of one that ended the one it had then", async () => {
    const asked = { from: "2003-01-01", to: "2003-03-01", interval: "month" };
    for (const status of ["active", 0])
      expect(rows(await growth(ann, { ...asked, status }))).toEqual([
        [at("2003-01-01"), 3, 1, 2],
        [at("2003-02-01"), 0, 0, 2],
      ]);
    for (const status of ["suspended", 1])
      expect(rows(await growth(ann, { ...asked, status }))).toEqual([
        [at("2003-01-01"), 2, 0, 2],
        [at("2003-02-01"), 0, 1, 1],
      ]);
  });
});

describe("without from and to", () => {
  test.each(["day", "week", "month"])(
    "thirty buckets by %s, the last one that of this moment",
    async (interval) => {
      const bob = await signedIn();
      // Wherever it is about noon now, so that no day ends meanwhile.
      const offset = new Date().getUTCHours() - 12;
      const tz = `Etc/GMT${offset < 0 ? "" : "+"}${offset}`;
      const series = await growth(bob, { interval, tz });
      expect(series).toHaveLength(30);
      const total = (bucket: Bucket) => bucket.total;
      expect(series.map(total)).toEqual([...Array(29).fill(0), 1]);
      expect(series.at(-1)).toMatchObject({ joined: 1, left: 0 });
      const last = series.at(-1)?.start ?? 0;
      expect(last).toBeLessThanOrEqual(Date.now());
      expect(last).toBeGreaterThan(Date.now() - 32 * day);
      // The same as asked for by name.
      expect(await growth(bob, { interval, tz, from: series[0]?.start ?? 0, to: Date.now() })).toEqual(
        series,
      );
    },
  );

  test("without an interval by day, without a zone in UTC", async () => {
    const asked = { from: "2003-01-01", to: "2003-02-01" };
    const series = await growth(ann, asked);
    expect(series).toHaveLength(31);
    expect(await growth(ann, { ...asked, interval: "day", tz: "UTC" })).toEqual(series);
  });

  test("with `to` alone: the thirty that end there", async () => {
    const series = await growth(ann, { to: "2003-01-06" });
    expect([series.length, new Date(series[0]?.start ?? 0).toISOString()]).toEqual([30, at("2002-12-07")]);
    expect(rows(series).at(-1)).toEqual([at("2003-01-05"), 1, 1, 4]);
    const within = await growth(ann, { to: "2003-01-05T09:00:00.001Z" });
    expect([within.length, ...rows(within).slice(-1)]).toEqual([30, [at("2003-01-05"), 1, 0, 5]]);
  });

  test("with `from` alone: until now", async () => {
    const from = Date.now() - 3 * day;
    const starts = (await growth(ann, { from })).map(({ start }) => start);
    expect(starts.length).toBeGreaterThanOrEqual(4);
    expect(starts[0]).toBeLessThanOrEqual(from);
    expect(starts.at(-1)).toBeLessThanOrEqual(Date.now());
    expect(starts.at(-1)).toBeGreaterThan(Date.now() - day);
  });
});

describe("over several organizations", () => {
  test("memberships are added up, of one person too, and organizations founded later begin with their own", async () => {
    const bob = await signedIn();
    const cat = await signedIn();
    await allSince(bob.org_id, utc("2004-01-01"));
    await allSince(cat.org_id, utc("2004-01-03"));
    await memberSince(cat.org_id, { role: "owner", userId: bob.user_id, at: utc("2004-01-04") });
    await memberSince(bob.org_id, { userId: cat.user_id, at: utc("2004-01-04T12:00:00") });
    await wasMember(cat.org_id, utc("2004-01-03T01:00:00"), utc("2004-01-05T01:00:00"));
    const asked = { from: "2004-01-01", to: "2004-01-06" };
    const both = await foldedOrNot([bob.org_id, cat.org_id], () => statsOf(bob, "membership-growth", asked));
    expect(rows(both)).toEqual([
      [at("2004-01-01"), 1, 0, 1],
      [at("2004-01-02"), 0, 0, 1],
      [at("2004-01-03"), 2, 0, 3],
      [at("2004-01-04"), 2, 0, 5],
      [at("2004-01-05"), 0, 1, 4],
    ]);
    const [first, second] = [await growth(bob, asked), await growth(cat, asked)];
    expect(first.map(({ total }, i) => total + (second[i]?.total ?? 0))).toEqual(
      both.map(({ total }) => total),
    );
  });
});
