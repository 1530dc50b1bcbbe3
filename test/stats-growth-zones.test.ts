// Membership growth by the calendar of a time zone: days of 23 and 25 hours, of half an hour more or less, midnights that
// come twice or never. The moments are written down by hand, from the zones' laws.
import { describe, expect, test } from "vitest";
import { signedIn } from "./support/people.ts";
import { type Asked, allSince, foldedOrNot, memberSince, statsOf, utc } from "./support/stats.ts";

type Bucket = { start: number; joined: number; left: number; total: number };
const hour = 3_600_000;

/** A new organization whose members came at these moments (UTC), its founder first. */
async function joinedAt(times: number[]) {
  const person = await signedIn();
  await allSince(person.org_id, times[0] ?? 0);
  for (const at of times.slice(1)) await memberSince(person.org_id, { at });
  return (asked: Asked): Promise<Bucket[]> =>
    foldedOrNot([person.org_id], () => statsOf(person, "membership-growth", asked));
}

const iso = (ms: number) => new Date(ms).toISOString().replace(".000Z", "");
const startsAndJoined = (series: Bucket[]) => series.map(({ start, joined }) => [iso(start), joined]);

describe("a day", () => {
  test.each([
    // zone, when the day before, the day and the day after begin (UTC), and how many hours the day has
    ["UTC", "2024-02-28T00:00:00", "2024-02-29T00:00:00", "2024-03-01T00:00:00", 24],
    ["Europe/Berlin", "2024-03-29T23:00:00", "2024-03-30T23:00:00", "2024-03-31T22:00:00", 23],
    ["Europe/Berlin", "2024-10-25T22:00:00", "2024-10-26T22:00:00", "2024-10-27T23:00:00", 25],
    ["America/New_York", "2024-03-09T05:00:00", "2024-03-10T05:00:00", "2024-03-11T04:00:00", 23],
    ["America/New_York", "2024-11-02T04:00:00", "2024-11-03T04:00:00", "2024-11-04T05:00:00", 25],
    ["Asia/Kolkata", "2024-04-29T18:30:00", "2024-04-30T18:30:00", "2024-05-01T18:30:00", 24],
    ["Asia/Kathmandu", "2024-04-29T18:15:00", "2024-04-30T18:15:00", "2024-05-01T18:15:00", 24],
    ["Etc/GMT+5", "2024-04-30T05:00:00", "2024-05-01T05:00:00", "2024-05-02T05:00:00", 24],
    ["Pacific/Kiritimati", "2024-04-29T10:00:00", "2024-04-30T10:00:00", "2024-05-01T10:00:00", 24],
    ["Australia/Lord_Howe", "2024-04-05T13:00:00", "2024-04-06T13:00:00", "2024-04-07T13:30:00", 24.5],
    ["Australia/Lord_Howe", "2024-10-04T13:30:00", "2024-10-05T13:30:00", "2024-10-06T13:00:00", 23.5],
    // The clock strikes midnight twice: the day begins with the first, the second is an hour into it.
    ["America/Havana", "2024-11-02T04:00:00", "2024-11-03T04:00:00", "2024-11-04T05:00:00", 25],
    // Never: the day begins at one o'clock.
    ["America/Havana", "2024-03-09T05:00:00", "2024-03-10T05:00:00", "2024-03-11T04:00:00", 23],
    ["Africa/Cairo", "2024-04-24T22:00:00", "2024-04-25T22:00:00", "2024-04-26T21:00:00", 23],
    ["America/Santiago", "2024-09-07T04:00:00", "2024-09-08T04:00:00", "2024-09-09T03:00:00", 23],
    // At midnight it is eleven once more: the day is longer, the next one begins with the second midnight.
    ["Africa/Cairo", "2024-10-29T21:00:00", "2024-10-30T21:00:00", "2024-10-31T22:00:00", 25],
    ["America/Santiago", "2024-04-05T03:00:00", "2024-04-06T03:00:00", "2024-04-07T04:00:00", 25],
    // Samoa crossed the date line: after the 29th came the 31st.
    ["Pacific/Apia", "2011-12-28T10:00:00", "2011-12-29T10:00:00", "2011-12-30T10:00:00", 24],
  ])("of %s, between %s and the day after %s", async (tz, ...[before, on, after, hours]) => {
    const [start, next] = [utc(on), utc(after)];
    expect((next - start) / hour).toBe(hours);
    const asked = await joinedAt([start - 1, start, start + hour, next - hour, next - 1, next]);
    expect(await asked({ tz, from: utc(before), to: next + 1 })).toEqual([
      { start: utc(before), joined: 1, left: 0, total: 1 },
      { start, joined: 4, left: 0, total: 5 },
      { start: next, joined: 1, left: 0, total: 6 },
    ]);
    // Clipped to an hour around each midnight, it still begins where it begins.
    expect(await asked({ tz, from: start - 1, to: start + 1 })).toEqual([
      { start: utc(before), joined: 1, left: 0, total: 1 },
      { start, joined: 1, left: 0, total: 2 },
    ]);
    expect(await asked({ tz, from: next - 1, to: next })).toEqual([{ start, joined: 1, left: 0, total: 5 }]);
    expect(await asked({ tz, from: start, to: next })).toEqual([{ start, joined: 4, left: 0, total: 5 }]);
  });

  test("of one zone is not that of another", async () => {
    const asked = await joinedAt([utc("2024-05-01T12:00:00"), utc("2024-05-01T23:30:00")]);
    const days = { from: "2024-05-01T00:00:00Z", to: "2024-05-02T12:00:00Z" };
    expect(startsAndJoined(await asked({ ...days, tz: "UTC" }))).toEqual([
      ["2024-05-01T00:00:00", 2],
      ["2024-05-02T00:00:00", 0],
    ]);
    expect(startsAndJoined(await asked({ ...days, tz: "Europe/Berlin" }))).toEqual([
      ["2024-04-30T22:00:00", 1],
      ["2024-05-01T22:00:00", 1],
    ]);
    expect(startsAndJoined(await asked({ ...days, tz: "America/Los_Angeles" }))).toEqual([
      ["2024-04-30T07:00:00", 0],
      ["2024-05-01T07:00:00", 2],
      ["2024-05-02T07:00:00", 0],
    ]);
  });
});

test.each([
  ["CET", "2024-06-30T22:00:00"],
  ["EET", "2024-06-30T21:00:00"],
  ["EST5EDT", "2024-07-01T04:00:00"],
  ["GB", "2024-06-30T23:00:00"],
  ["US/Pacific", "2024-07-01T07:00:00"],
  ["europe/berlin", "2024-06-30T22:00:00"],
  ["utc", "2024-07-01T00:00:00"],
])("%s is a place with its summer time, and no abbreviation: July began at %s", async (tz, start) => {
  const person = await signedIn();
  const asked = { tz, interval: "month", from: "2024-07-10", to: "2024-07-11" };
  const [july] = await statsOf(person, "membership-growth", asked);
  expect(iso(july.start)).toBe(start);
});

describe("a date, or a time without an offset, is the time zone's", () => {
  const months = { interval: "month", from: "2026-03-01", to: "2026-04-01" };

  test.each([
    ["UTC", "2026-03-01T00:00:00"],
    ["America/New_York", "2026-03-01T05:00:00"],
    ["Europe/Berlin", "2026-02-28T23:00:00"],
    ["Asia/Kathmandu", "2026-02-28T18:15:00"],
  ])("March in %s began at %s", async (tz, begun) => {
    const person = await signedIn();
    const march = await statsOf(person, "membership-growth", { ...months, tz });
    expect(march.map(({ start }: Bucket) => iso(start))).toEqual([begun]);
    const withTime = { from: "2026-03-01T00:00", to: "2026-03-31T23:59:59.999" };
    expect(await statsOf(person, "membership-growth", { ...months, ...withTime, tz })).toEqual(march);
  });

  test.each([
    // Spring forward, fall back (the first of the two), no midnight, two midnights.
    ["Europe/Berlin", "2024-03-31T02:30:00", "2024-03-31T01:30:00"],
    ["Europe/Berlin", "2024-10-27T02:30:00", "2024-10-27T00:30:00"],
    ["Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00"],
    ["America/Havana", "2024-11-03", "2024-11-03T04:00:00"],
    ["Australia/Lord_Howe", "2024-04-07T01:45:00", "2024-04-06T14:45:00"],
  ])("in %s %s is %s", async (tz, from, instant) => {
    const asked = await joinedAt([utc(instant) - 1, utc(instant)]);
    const [bucket] = await asked({ tz, from, to: utc(instant) + 1 });
    expect(bucket).toMatchObject({ joined: 1, total: 2 });
  });
});

describe("weeks and months over a change of the clock", () => {
  const spring = [utc("2024-03-24T22:59:59.999"), utc("2024-03-24T23:00:00"), utc("2024-03-31T22:00:00")];

  test("weeks begin on the zone's Monday", async () => {
    const asked = await joinedAt(spring);
    const weeks = { tz: "Europe/Berlin", interval: "week", from: "2024-03-18", to: "2024-04-09" };
    expect(startsAndJoined(await asked(weeks))).toEqual([
      ["2024-03-17T23:00:00", 1],
      ["2024-03-24T23:00:00", 1],
      ["2024-03-31T22:00:00", 1],
      ["2024-04-07T22:00:00", 0],
    ]);
  });

  test("months begin on the zone's first", async () => {
    const asked = await joinedAt(spring);
    const months = {
      tz: "Europe/Berlin",
      interval: "month",
      from: "2024-02-29T23:00:00Z",
      to: "2024-04-30T22:00:01Z",
    };
    expect(startsAndJoined(await asked(months))).toEqual([
      ["2024-02-29T23:00:00", 2],
      ["2024-03-31T22:00:00", 1],
      ["2024-04-30T22:00:00", 0],
    ]);
  });

  test("also where Monday or the first has no midnight", async () => {
    const asked = await joinedAt([utc("2023-04-28T00:00:00")]);
    // Cairo's clock went forward at midnight of 2023-04-28, a Friday; Asuncion's on Sunday, 2023-10-01.
    const cairo = { tz: "Africa/Cairo", interval: "week", from: "2023-04-24", to: "2023-05-02" };
    expect(startsAndJoined(await asked(cairo))).toEqual([
      ["2023-04-23T22:00:00", 1],
      ["2023-04-30T21:00:00", 0],
    ]);
    const asuncion = { tz: "America/Asuncion", interval: "month", from: "2023-09-15", to: "2023-11-02" };
    expect(startsAndJoined(await asked(asuncion))).toEqual([
      ["2023-09-01T04:00:00", 0],
      ["2023-10-01T04:00:00", 0],
      ["2023-11-01T03:00:00", 0],
    ]);
  });

  test("a whole year of days has no gap and nobody twice", async () => {
    const times = Array.from({ length: 24 }, (_, i) => utc("2024-01-02") + i * 15.3 * 24 * hour);
    const asked = await joinedAt(times.map(Math.round));
    for (const tz of ["Australia/Lord_Howe", "America/Havana", "Africa/Cairo"]) {
      const series = await asked({ tz, from: "2024-01-01", to: "2025-01-01" });
      expect(series).toHaveLength(366);
      expect(series.reduce((sum, { joined }) => sum + joined, 0)).toBe(24);
      expect(series.at(-1)?.total).toBe(24);
      const lengths = series.slice(1).map(({ start }, i) => (start - (series[i]?.start ?? 0)) / hour);
      expect(new Set(lengths)).toEqual(new Set(tz.startsWith("Australia") ? [24, 24.5, 23.5] : [24, 23, 25]));
      let total = 0;
      for (const bucket of series) {
        total += bucket.joined;
        expect(bucket.total).toBe(total);
      }
    }
  });
});
