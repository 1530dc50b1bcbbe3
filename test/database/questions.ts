// Questions to the statistics, with everything that one may ask for.
import { historyZones } from "./histories.ts";
import { dayMs, type Interval } from "./local-days.ts";
import type { World } from "./recount.ts";
import type { Random } from "./seeded.ts";

export type Caller = { userId: number; sessionId: number; tokenOrg: number | null };
/** When it is asked; and `crowded`: with the limits of many organizations brought down to few. */
export type Moment = { now: number; crowded: boolean };
export type Filters = { orgId: number | null; from: number | null; to: number | null; status: number | null };
export type List = "role_wise_users" | "org_wise_members" | "org_role_wise_users";
export type ListQuestion = Filters & { about: List; limit: number };
export type GrowthQuestion = Filters & { about: "membership_growth"; interval: Interval; timeZone: string };
export type Question = ListQuestion | GrowthQuestion;
/** The rows that a client sees, or what was refused: "TN403 permission_missing". */
export type Answer = Row[] | string;
export type Row = Record<string, string | number>;

const hourMs = 3_600_000;
const lists: List[] = ["role_wise_users", "org_wise_members", "org_role_wise_users"];
const intervals: Interval[] = ["day", "week", "month"];

/** One question of each kind. `organizations`: those that may be named. */
export function questionsOf(random: Random, world: World, now: number, organizations: number[]): Question[] {
  const filters = (): Filters => {
    const [from, to] = rangeOf(random, world, now);
    const orgId = random.chance(0.35) ? random.oneOf(organizations) : null;
    return { orgId, from, to, status: random.oneOf([null, null, null, 0, 1]) };
  };
  return [
    ...lists.map((about) => ({ about, limit: random.oneOf([1, 2, 3, 50, 50, 50]), ...filters() })),
    {
      about: "membership_growth",
      interval: random.oneOf(intervals),
      timeZone: random.oneOf(historyZones),
      ...filters(),
    },
  ];
}

/** Of moments at which something happened, or a day or an hour began; or one millisecond beside. */
function rangeOf(random: Random, { memberships }: World, now: number): [number | null, number | null] {
  const moments = [
    now,
    ...memberships.flatMap(({ joined, left }) => (left === null ? [joined] : [joined, left])),
  ];
  const moment = () => {
    const at = random.oneOf(moments);
    return random.oneOf([
      at + random.whole(-1, 1),
      at + random.whole(-1, 1),
      Math.floor(at / hourMs) * hourMs + random.whole(-1, 1),
      (Math.floor(at / dayMs) + random.whole(0, 1)) * dayMs + random.whole(-1, 1),
      at + random.whole(-30 * dayMs, 30 * dayMs),
    ]);
  };
  const [one, other] = [moment(), moment()];
  return random.oneOf([
    [null, null],
    [one, null],
    [null, one],
    [Math.min(one, other), Math.max(one, other)],
  ]);
}
