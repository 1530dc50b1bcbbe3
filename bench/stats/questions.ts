// What is asked of the statistics, and the bare SQL for the same numbers.
import { growth, orgRoleWise, orgWise, roleWise, type Scope } from "./bare.ts";
import { beginning } from "./seed.ts";

export type Filters = {
  from?: number;
  to?: number;
  status?: 0 | 1;
  interval?: "day" | "week" | "month";
  tz?: string;
};
export type Question = { name: string; path: string; bare(scope: Scope): string };

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.now();
const midnight = now - (now % day);
/** In the middle of an hour, at both ends. */
const unaligned = { from: beginning + 200 * day + 12_345_678, to: beginning + 500 * day + 23_456_789 };
const today = new Date(now);
/** The first of a month two years ago. */
const twoYearsAgo = Date.UTC(today.getUTCFullYear() - 2, today.getUTCMonth() + 1);

type Bare = (part: { scope: Scope; filters: Filters }) => string;

const question = (endpoint: string, detail: string, bare: Bare, filters: Filters = {}): Question => ({
  name: `\`/stats/${endpoint}\`${detail && `, ${detail}`}`,
  path: `/stats/${endpoint}?${new URLSearchParams(Object.entries(filters).map(([key, value]) => [key, String(value)]))}`,
  bare: (scope) => bare({ scope, filters }),
});

const filtered: Filters = { ...unaligned, status: 0 };
const lists: [string, Bare][] = [
  ["role-wise-users", roleWise],
  ["org-wise-members", orgWise],
  ["org-role-wise-users", orgRoleWise],
];
const series = (detail: string, filters: Filters) =>
  question("membership-growth", detail, growth, { to: now, ...filters });

export const questions: Question[] = [
  ...lists.flatMap(([endpoint, bare]) => [
    question(endpoint, "", bare),
    question(endpoint, "`from`, `to`, `status`", bare, filtered),
  ]),
  series("30 days", { from: midnight - 29 * day }),
  series("`from`, `to`, `status`", filtered),
  series("730 days", { from: midnight - 729 * day }),
  series("730 days, Asia/Kolkata", { from: midnight - 729 * day - 5.5 * hour, tz: "Asia/Kolkata" }),
  series("24 months, Europe/Berlin", { from: twoYearsAgo, interval: "month", tz: "Europe/Berlin" }),
];
