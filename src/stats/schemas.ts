import * as z from "zod";
import { moment, pathId, statusFilter } from "../http/fields.ts";
import { type Complain, limit } from "../http/validate.ts";
import { countBuckets, type Interval, instantOf, intervals, isTimeZone, toPlace } from "./buckets.ts";

const mostBuckets = 1_000;

/** `from` inclusive, `to` exclusive. */
export const statsFilters = {
  from: moment
    .optional()
    .meta({ description: "Memberships that began then or later: epoch milliseconds, or ISO 8601." }),
  to: moment
    .optional()
    .meta({ description: "Memberships that began before: epoch milliseconds, or ISO 8601." }),
  status: statusFilter.optional(),
  org_id: pathId.optional().meta({ description: "One organization alone." }),
};

/** What clocks show, in epoch ms of UTC's. */
type Wall = { wall: number };
const isoWithoutOffset = z.union([z.iso.date(), z.iso.datetime({ local: true })]);

/** A moment; a date, or a time without an offset, is the time zone's. */
const momentThere = z.string().transform((text, context): number | Wall => {
  const bare = /^\d{4}-\d\d-\d\d(?:T[\d:.]+)?$/.test(text);
  if (bare && isoWithoutOffset.safeParse(text).success) {
    return { wall: Date.parse(text.includes("T") ? `${text}Z` : text) };
  }
  const parsed = moment.safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: "must be epoch milliseconds or an ISO 8601 time" });
  return z.NEVER;
});

/** Without a limit the whole series. */
export const growthFilters = {
  ...statsFilters,
  from: momentThere.optional().meta({
    description:
      "Where the first bucket begins: epoch milliseconds, or ISO 8601, in `tz` if it has no offset. 30 buckets ago unless given.",
  }),
  to: momentThere.optional().meta({ description: "Where the last bucket ends, likewise. Now unless given." }),
  limit: limit.optional(),
  interval: z
    .enum(intervals, "must be day, week or month")
    .default("day")
    .meta({ usual: "day", description: "What a bucket is, by the calendar of `tz`." }),
  tz: z
    .string()
    .refine(isTimeZone, { error: "must be the name of a time zone, such as Europe/Berlin", abort: true })
    .transform(toPlace)
    .default("UTC")
    .meta({ usual: "UTC", description: "An IANA time zone." }),
};

export type Range = { from?: number | undefined; to?: number | undefined };
type Whose = { status?: number | undefined; org_id?: number | undefined };
type Calendar = { interval: Interval; tz: string };
export type Filters = Range & Whose;
export type GrowthFilters = Calendar & Whose;
type Asked = { from?: number | Wall | undefined; to?: number | Wall | undefined; tz: string };

/** From when to when, in epoch ms. */
export function rangeOf({ from, to, tz }: Asked): Range {
  const toInstant = (at: number | Wall | undefined) => (typeof at === "object" ? instantOf(tz, at.wall) : at);
  return { from: toInstant(from), to: toInstant(to) };
}

export function inOrder({ from, to }: Range, complain: Complain): void {
  if (from !== undefined && to !== undefined && from > to) complain("from", "must not be after `to`");
}

export function fewEnough({ interval, ...asked }: Asked & Calendar, complain: Complain): void {
  const range = rangeOf(asked);
  inOrder(range, complain);
  const { from, to = Date.now() } = range;
  if (from !== undefined && countBuckets(interval, asked.tz, from, to) > mostBuckets) {
    complain("from", `is more than 1,000 ${interval}s before \`to\``);
  }
}
