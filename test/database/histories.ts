// Histories: some months of many organizations, made of seeded steps (history/*.sql) by a clock of their own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { bucketsOf, dayMs } from "./local-days.ts";
import type { Random } from "./seeded.ts";

export type Step = { at: number; call: string };

const hourMs = 3_600_000;

/** Zones with changes of their clocks at different days, hours and sizes, on both sides of UTC. */
export const historyZones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Sao_Paulo",
  "America/St_Johns",
  "America/Havana",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Pacific/Apia",
  "Pacific/Kiritimati",
];

/** Before changes of the clocks, leap days, years' ends, a day that there never was, and the epoch. */
const beginnings = [
  "2024-02-10",
  "2025-03-01",
  "2026-09-20",
  "2018-10-15",
  "2010-10-20",
  "2011-12-10",
  "2023-12-20",
  "1969-12-15",
].map((date) => Date.parse(date));

/** How often each is done, about, of what is done. */
const weights: Record<string, number> = {
  newcomers: 3,
  sign_up: 5,
  end_account: 2,
  change_person: 2,
  make_operator: 2,
  found: 3,
  change_org: 4,
  end_org: 1,
  hand_over: 2,
  join_org: 10,
  join_all: 3,
  join_many: 5,
  change_role: 6,
  change_status: 6,
  change_many: 2,
  change_nothing: 1,
  leave: 4,
  remove: 4,
  remove_many: 1,
  make_role: 4,
  change_own_role: 3,
  end_role: 1,
  make_websites: 3,
  end_website: 1,
  visit: 5,
  change_guest: 2,
  remove_guest: 2,
  fold: 8,
};
const kinds = Object.entries(weights).flatMap(([kind, weight]) => Array<string>(weight).fill(kind));
/** Nothing happens to nobody. */
const prologue = [
  "newcomers",
  "sign_up",
  "sign_up",
  "make_role",
  "join_many",
  "join_all",
  "make_operator",
  "make_websites",
  "visit",
];

/** Adds the steps and the clock to a migrated database; from then on the clock stands where a connection sets it. */
export async function layHistories(owner: pg.Client): Promise<void> {
  const folder = join(import.meta.dirname, "history");
  for (const file of readdirSync(folder).sort()) await owner.query(readFileSync(join(folder, file), "utf8"));
}

export function stepsOf(random: Random): Step[] {
  const timeZone = random.oneOf(historyZones);
  const steps = [...prologue, ...Array.from({ length: random.whole(1, 31) }, () => random.oneOf(kinds))];
  let at = random.oneOf(beginnings) + random.whole(0, 3 * dayMs);
  return steps.map((kind) => {
    at = later(random, at, timeZone);
    return { at, call: `${kind}(${random.fraction()}, ${random.fraction()}, ${random.fraction()})` };
  });
}

/** At the same moment, soon, some day, or about when an hour or a day begins. */
function later(random: Random, at: number, timeZone: string): number {
  const hour = (Math.floor(at / hourMs) + 1) * hourMs;
  const midnight = (Math.floor(at / dayMs) + 1) * dayMs;
  const [, tomorrow] = bucketsOf("day", timeZone, at, at + 3 * dayMs);
  const next = random.oneOf([
    at,
    at + 1,
    at + random.whole(0, hourMs),
    at + random.whole(0, dayMs),
    at + random.whole(0, 3 * dayMs),
    at + random.whole(0, 12 * dayMs),
    hour + random.whole(-1, 1),
    midnight + random.whole(-1, 1),
    (tomorrow?.starts ?? at) + random.whole(-1, 1),
  ]);
  return Math.max(at, next);
}

/** Does the steps, each in a transaction of its own. */
export async function play(owner: pg.Client, steps: Step[]): Promise<void> {
  await owner.query("call history.play($1, $2)", [steps.map(({ at }) => at), steps.map(({ call }) => call)]);
}
