// How many days, weeks or months of a time zone lie between two instants, before the database is asked for them.

export const intervals = ["day", "week", "month"] as const;
export type Interval = (typeof intervals)[number];

const dayMs = 86_400_000;

/** IANA's names of three letters. Intl knows more, of several places each (IST, BST). */
const shortNames = /^(CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/i;

/** An IANA name. (Postgres would also take what POSIX writes, `UTC+3` for three hours *behind*.) */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name) || (/^[a-z]{3}$/i.test(name) && !shortNames.test(name))) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * A name as both Intl and Postgres take it: of short names (CET, EET) Postgres makes abbreviations with a fixed offset,
 * while Intl knows the place that is meant.
 */
export const toPlace = (name: string): string =>
  name.includes("/") ? name : new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;

/** Of [from, to) in epoch ms; the first and the last may lie in it in part. */
export function countBuckets(interval: Interval, timeZone: string, from: number, to: number): number {
  return from >= to
    ? 0
    : bucketOf(interval, localDay(timeZone, to - 1)) - bucketOf(interval, localDay(timeZone, from)) + 1;
}

const localDay = (timeZone: string, at: number) => Math.floor(wallClock(timeZone, at) / dayMs);

/** What clocks show at an instant, as the epoch ms at which UTC's show it. */
function wallClock(timeZone: string, at: number): number {
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const year = part.era?.startsWith("B") ? 1 - Number(part.year) : Number(part.year);
  const day = new Date(0).setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  const seconds = 3600 * Number(part.hour) + 60 * Number(part.minute) + Number(part.second);
  return day + 1000 * seconds + (((at % 1000) + 1000) % 1000);
}

/** When clocks show this: the first time where they do twice, and what follows the gap where they never do. */
export function instantOf(timeZone: string, wall: number): number {
  const by = (at: number) => wall - (wallClock(timeZone, at) - at);
  const [early, late] = [by(wall - dayMs), by(wall + dayMs)];
  return wallClock(timeZone, early) !== wall && wallClock(timeZone, late) === wall ? late : early;
}

function bucketOf(interval: Interval, day: number): number {
  if (interval === "day") return day;
  if (interval === "week") return Math.floor((day + 3) / 7); // The epoch was a Thursday.
  const date = new Date(day * dayMs);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}
