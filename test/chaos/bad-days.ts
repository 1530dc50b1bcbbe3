// Which call to the database or to the mail provider fails, and how: a share of them, by the seed, in every way there is.
import {
  answers,
  type Call,
  type Fault,
  lostOnTheWay,
  lostOnTheWayBack,
  passes,
  takes,
} from "../../local/fault-proxy.ts";
import type { Random } from "../database/seeded.ts";

export type BadDays = {
  /** The share of calls to which something happens, from now on. */
  share: number;
  counts: Map<string, number>;
  pick(call: Call): Fault;
};

/** A name, how often beside the others, and what happens. */
type Kind = [string, number, Fault];

/** Of these the caller hears nothing until its patience is over: rare, or nobody would get anywhere. */
const stalls = /^(never|stops|arrives)/;
const kindsOf = (faults: Record<string, Fault>): Kind[] =>
  Object.entries(faults).map(([name, fault]) => [name, stalls.test(name) ? 1 : 3, fault]);

const late = "arrives-too-late";
/**
 * What is safe to be done after its caller has given up and repeated it. Not a change that the caller has meanwhile
 * changed again, nor a refresh: an old token that turns up after its successor was used ends the session, as it should.
 */
const safeWhenLate =
  /app\.(sign_up|create_organization|create_invite|create_website|accept_invite|verify_email|reset_password)\(/;

export function databaseDays(random: Random, slowMs: number): BadDays {
  const kinds: Kind[] = [
    ...kindsOf(lostOnTheWay),
    // The worst that can happen: as often as all of the above together.
    ...kindsOf(lostOnTheWayBack).map(
      ([name, often, fault]): Kind => [name, often * (name === late ? 12 : 3), fault],
    ),
    ["takes-long", 12, (response, call) => takes(random.whole(20, slowMs))(response, call)],
  ];
  return badDays(random, kinds, ({ body }, name) => name !== late || safeWhenLate.test(body));
}

const refusal = (statusCode: number, name: string, headers = {}) =>
  answers(statusCode, JSON.stringify({ statusCode, name, message: "Refused." }), headers);

/** Nothing that refuses a mail for good. */
export const providerDays = (random: Random): BadDays =>
  badDays(random, [
    ["hangs-up", 3, lostOnTheWay["hangs-up"] ?? passes],
    ["never-answers", 1, lostOnTheWay["never-answers"] ?? passes],
    ["hangs-up-when-done", 6, lostOnTheWayBack["hangs-up-when-done"] ?? passes],
    ["hangs-up-midway-when-done", 3, lostOnTheWayBack["hangs-up-midway-when-done"] ?? passes],
    ["answers-429", 3, refusal(429, "rate_limit_exceeded", { "retry-after": "2" })],
    ["answers-500", 3, refusal(500, "internal_server_error")],
    ["answers-502", 3, answers(502, "<html>Bad gateway</html>")],
    ["answers-garbage", 2, answers(200, "<html>Sign in to the Wi-Fi</html>")],
    ["answers-an-object", 2, answers(200, "{}")],
  ]);

function badDays(
  random: Random,
  kinds: Kind[],
  fits: (call: Call, name: string) => boolean = () => true,
): BadDays {
  const all = kinds.flatMap((kind) => Array<Kind>(kind[1]).fill(kind));
  const days: BadDays = {
    share: 0,
    counts: new Map(kinds.map(([name]) => [name, 0])),
    pick: (call) => {
      if (!random.chance(days.share)) return passes;
      const [name, , fault] = random.oneOf(all);
      if (!fits(call, name)) return passes;
      days.counts.set(name, (days.counts.get(name) ?? 0) + 1);
      return fault;
    },
  };
  return days;
}
