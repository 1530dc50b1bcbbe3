// How long a growth series may be: a thousand buckets, at the ends of time too; and page by page if it is asked for.
import { describe, expect, test } from "vitest";
import { signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { expectAnswer } from "./support/requests.ts";
import { type Asked, allSince, askStats, foldedOrNot, memberSince, statsOf, utc } from "./support/stats.ts";

const hour = 3_600_000;
const iso = (ms: number) => new Date(ms).toISOString().replace(".000Z", "");

describe("a thousand buckets, and not one more", () => {
  const dayMs = 24 * hour;
  const first: Record<string, string> = { day: "2020-01-01", week: "2001-01-01", month: "1940-01-01" };
  const last: Record<string, string> = { day: "2022-09-27", week: "2020-03-02", month: "2023-05-01" };

  test.each(["day", "week", "month"])("by %s, with from and to", async (interval) => {
    const person = await signedIn();
    const from = utc(first[interval] ?? "");
    const to = utc(last[interval] ?? "");
    const ask = (asked: Asked) => askStats(person, "membership-growth", { interval, ...asked });
    expect(await statsOf(person, "membership-growth", { interval, from: `${iso(from)}Z`, to })).toHaveLength(
      1000,
    );
    for (const asked of [
      { from: `${iso(from)}Z`, to: to + 1 },
      { from: new Date(from - 1).toISOString(), to },
      { from: "1970-01-01", to: "2999-01-01" },
      { from: 0, to: 999_999_999_999_999 },
    ]) {
      const { errors } = await expectProblem(await ask(asked), "invalid_request", JSON.stringify(asked));
      expect(errors).toEqual([{ path: "from", message: `is more than 1,000 ${interval}s before \`to\`` }]);
    }
  });

  test("by the zone's calendar", async () => {
    const person = await signedIn();
    // A thousand days and twelve hours, of which the zone decides how many days they touch.
    const asked = { from: "2020-01-01T12:00:00Z", to: "2022-09-27T12:00:00Z" };
    await expectProblem(await askStats(person, "membership-growth", asked), "invalid_request");
    const shifted = { ...asked, tz: "Etc/GMT-12" };
    expect(await statsOf(person, "membership-growth", shifted)).toHaveLength(1000);
  });

  test("without `to`, until now", async () => {
    const person = await signedIn();
    // Wherever it is about noon now, so that no day ends meanwhile.
    const offset = new Date().getUTCHours() - 12;
    const tz = `Etc/GMT${offset < 0 ? "" : "+"}${offset}`;
    const now = Date.now() - offset * hour;
    const midnight = now - (now % dayMs) + offset * hour;
    const from = midnight - 999 * dayMs;
    expect(await statsOf(person, "membership-growth", { tz, from })).toHaveLength(1000);
    const one = await askStats(person, "membership-growth", { tz, from: from - 1 });
    await expectProblem(one, "invalid_request");
    expect(await statsOf(person, "membership-growth", { tz, from: from - 1, interval: "week" })).not.toEqual(
      [],
    );
    for (const interval of ["day", "week", "month"]) {
      const ages = await askStats(person, "membership-growth", { interval, from: "1800-01-01" });
      await expectProblem(ages, "invalid_request", interval);
    }
  });
});

describe("at the ends of time", () => {
  test.each([
    ["the first that can be written", { from: "0000-01-01", to: "0000-01-01T00:00:00.001Z" }, 1, 0],
    ["the first, in New York", { from: "0000-01-01", to: "0000-01-03", tz: "America/New_York" }, 2, 0],
    ["months of the year 0", { from: "0000-01-31", to: "0000-03-02", interval: "month" }, 3, 0],
    ["the turn of the eras", { from: "0000-12-30", to: "0001-01-02" }, 3, 0],
    ["the turn of the eras, by month", { from: "0000-11-30", to: "0001-01-02", interval: "month" }, 3, 0],
    ["a thousand days of three years", { from: "0000-01-01", to: "0002-09-27" }, 1000, 0],
    ["the year 9999", { from: "9999-12-30", to: "9999-12-31T23:59:59.999Z" }, 2, 1],
    ["the last that can be written", { from: 999_999_999_999_998, to: 999_999_999_999_999 }, 1, 1],
  ] as [string, Asked, number, number][])("%s", async (_, asked, many, total) => {
    const person = await signedIn();
    const series = await statsOf(person, "membership-growth", asked);
    expect(series.map(({ start, ...numbers }) => numbers)).toEqual(
      Array(many).fill({ joined: 0, left: 0, total }),
    );
    const starts = series.map(({ start }) => start);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  });

  test("a thousand and one are too many there too", async () => {
    const person = await signedIn();
    for (const asked of [
      { from: "0000-01-01", to: "0002-09-27T00:00:00.001Z" },
      { from: "0000-01-01", to: "0083-06-01", interval: "month" },
      { from: 900_000_000_000_000, to: 999_999_999_999_999, interval: "month" },
    ] as Asked[]) {
      const answer = await askStats(person, "membership-growth", asked);
      await expectProblem(answer, "invalid_request", JSON.stringify(asked));
    }
  });
});

describe("page by page", () => {
  test("the pages are the series, each bucket once; without a limit it is whole", async () => {
    const person = await signedIn();
    await allSince(person.org_id, utc("2004-02-01"));
    for (let day = 2; day <= 28; day += 3)
      await memberSince(person.org_id, { at: utc(`2004-02-${String(day).padStart(2, "0")}T08:00:00`) });
    const asked = { from: "2004-01-25", to: "2004-09-01T12:00:00Z", tz: "America/Havana" };
    const series = await foldedOrNot([person.org_id], () => statsOf(person, "membership-growth", asked));
    expect(series).toHaveLength(221);
    const whole = await expectAnswer(await askStats(person, "membership-growth", asked), 200);
    expect(whole).toEqual({ data: series, next_cursor: null });
    for (const limit of [1, 2, 7, 200, 111])
      expect(await statsOf(person, "membership-growth", { ...asked, limit }), `by ${limit}`).toEqual(series);
    const last = await expectAnswer(
      await askStats(person, "membership-growth", { ...asked, to: "2004-01-28", limit: 3 }),
      200,
    );
    expect([last.data.length, last.next_cursor]).toEqual([3, null]);
  });

  test("a cursor goes on where a page ended, also with another limit, or none", async () => {
    const person = await signedIn();
    const asked = { from: "2004-01-01", to: "2004-01-11" };
    const ask = async (more: Asked) =>
      expectAnswer(await askStats(person, "membership-growth", { ...asked, ...more }), 200);
    const { data: all } = await ask({});
    const first = await ask({ limit: 3 });
    expect(first.data).toEqual(all.slice(0, 3));
    const { next_cursor: cursor } = first;
    expect((await ask({ cursor, limit: 4 })).data).toEqual(all.slice(3, 7));
    expect(await ask({ cursor, limit: 7 })).toEqual({ data: all.slice(3), next_cursor: null });
    expect(await ask({ cursor })).toEqual({ data: all.slice(3), next_cursor: null });
  });
});
