// Days, weeks (from Monday) and months of a time zone by Intl alone: what the database's calendar has to agree with.
// A day begins at the earliest instant at which a clock there shows its date; a date that was never shown is none.

export type Interval = "day" | "week" | "month";
/** `starts`: of the bucket; from `begins` until before `ends` it lies in the range that was asked for. Epoch ms. */
export type Bucket = { starts: number; begins: number; ends: number };
/** From `at` on clocks are this many ms ahead of UTC. */
type Stretch = { at: number; offset: number };

export const dayMs = 86_400_000;
const samplesPerDay = 4;

/** Of a range that is not empty. */
export function bucketsOf(interval: Interval, timeZone: string, from: number, to: number): Bucket[] {
  const first = firstDayOf(interval, localDayOf(timeZone, from));
  const last = nextFirstDay(interval, firstDayOf(interval, localDayOf(timeZone, to - 1)));
  const starts: number[] = [];
  // One on each side more: where midnight comes twice, a bucket begins before the clock has left the one before it.
  for (let day = firstDayOf(interval, first - 1); day <= nextFirstDay(interval, last); ) {
    const next = nextFirstDay(interval, day);
    const start = startOfFirst(timeZone, day, next);
    if (start !== undefined) starts.push(start);
    day = next;
  }
  return starts
    .slice(0, -1)
    .map((start, i) => ({
      starts: start,
      begins: Math.max(start, from),
      ends: Math.min(starts[i + 1] ?? to, to),
    }))
    .filter(({ begins, ends }) => begins < ends);
}

/** Where the bucket of so many dates (Mondays, firsts of a month) before an instant begins, its own being the first. */
export function startOfLast(many: number, interval: Interval, timeZone: string, before: number): number {
  let first = firstDayOf(interval, localDayOf(timeZone, before - 1));
  for (let back = 1; back < many; back += 1) first = firstDayOf(interval, first - 1);
  return startOfFirst(timeZone, first, first + 40) ?? Number.NaN;
}

/** The local date at an instant, in days from 1970-01-01. */
export const localDayOf = (timeZone: string, at: number): number =>
  Math.floor((at + offsetAt(timeZone, at)) / dayMs);

/** What clocks show at an instant, as if that were UTC. */
export const shownThere = (timeZone: string, at: number): number => at + askOffset(timeZone, at);

/** When clocks were set to something else between two instants, to the millisecond. */
export function offsetChanges(timeZone: string, from: number, to: number, stepMs: number): number[] {
  const changes: number[] = [];
  let before = askOffset(timeZone, from);
  for (let at = from; at < to; at += stepMs) {
    const after = askOffset(timeZone, at + stepMs);
    if (after !== before) changes.push(changeBetween(timeZone, at, at + stepMs));
    before = after;
  }
  return changes;
}

/** 1970-01-01 was a Thursday. */
function firstDayOf(interval: Interval, day: number): number {
  if (interval === "day") return day;
  if (interval === "week") return day - ((((day + 3) % 7) + 7) % 7);
  return day - new Date(day * dayMs).getUTCDate() + 1;
}

const nextFirstDay = (interval: Interval, first: number): number =>
  interval === "day" ? first + 1 : firstDayOf(interval, first + (interval === "week" ? 7 : 31));

/** The first of these days that there was. */
function startOfFirst(timeZone: string, day: number, end: number): number | undefined {
  for (let one = day; one < end; one += 1) {
    const start = startOfDay(timeZone, one);
    if (start !== undefined) return start;
  }
  return undefined;
}

function startOfDay(timeZone: string, day: number): number | undefined {
  const stretches = [day - 1, day, day + 1].flatMap((utcDay) => stretchesOf(timeZone, utcDay));
  for (const [i, { at, offset }] of stretches.entries()) {
    const start = Math.max(at, day * dayMs - offset);
    const end = Math.min(stretches[i + 1]?.at ?? Number.POSITIVE_INFINITY, (day + 1) * dayMs - offset);
    if (start < end) return start;
  }
  return undefined;
}

function offsetAt(timeZone: string, at: number): number {
  const stretches = stretchesOf(timeZone, Math.floor(at / dayMs));
  return stretches.findLast((stretch) => stretch.at <= at)?.offset ?? Number.NaN;
}

const known = new Map<string, Map<number, Stretch[]>>();

/** What clocks show during one day of UTC. */
function stretchesOf(timeZone: string, utcDay: number): Stretch[] {
  const ofZone = known.get(timeZone) ?? new Map<number, Stretch[]>();
  known.set(timeZone, ofZone);
  const found = ofZone.get(utcDay) ?? lookUp(timeZone, utcDay * dayMs);
  ofZone.set(utcDay, found);
  return found;
}

function lookUp(timeZone: string, midnight: number): Stretch[] {
  const step = dayMs / samplesPerDay;
  const ats = [midnight, ...offsetChanges(timeZone, midnight, midnight + dayMs - step, step)];
  const late = midnight + dayMs - step;
  const last = midnight + dayMs - 1;
  if (askOffset(timeZone, late) !== askOffset(timeZone, last)) ats.push(changeBetween(timeZone, late, last));
  return ats.map((at) => ({ at, offset: askOffset(timeZone, at) }));
}

/** The first instant at which the offset is no more what it is at `early`. */
function changeBetween(timeZone: string, early: number, late: number): number {
  const before = askOffset(timeZone, early);
  let [low, high] = [early, late];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (askOffset(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function askOffset(timeZone: string, at: number): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const year = parts.era === "BC" ? 1 - Number(parts.year) : Number(parts.year);
  const shown = new Date(0);
  shown.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  shown.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return shown.getTime() - Math.floor(at / 1000) * 1000;
}
