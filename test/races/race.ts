// A race: what is set up, who sets off at once, and how it may end. Outcomes are counted by code, and exact: whatever a
// loser is told that stands in none of them (a 500, say) fails the race.
import { expect } from "vitest";
import type { Service } from "./service.ts";

export type Counts = Record<string, number>;
/** So many are told this, and all the others one of `rest`. */
export type Outcome = { exactly: Counts; rest: string[] };
export type Round = {
  contenders: (() => Promise<string>)[];
  /** Each a way for it to end. */
  outcomes: Outcome[];
  /** Looks at what is there now. */
  after?(told: Counts): Promise<void>;
};
/** `rounds`: what is single-use is tried more often than what is not, unless all are told how often (RACE_ROUNDS). */
export type Race = { name: string; rounds?: number; round(service: Service): Promise<Round> };

export const MANY_ROUNDS = 20;
export const FEW_ROUNDS = 2;

/** How many set off. */
export const FIELD = 50;
export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

export const ends = (exactly: Counts, ...rest: string[]): Outcome => ({ exactly, rest });
/** One is told this, and all the others that. */
export const oneOf = (winner: string, losers: string): Outcome[] => [
  ends({ [winner]: 1, [losers]: FIELD - 1 }),
];

/** Every second from the one half, every second from the other. */
export const interleaved = <T>(one: T[], other: T[]): T[] =>
  one.flatMap((contender, i) => [contender, ...other.slice(i, i + 1)]);

/** The same request over and over. */
export const same =
  (service: Service, ...asked: Parameters<Service["ask"]>) =>
  async () =>
    (await service.ask(...asked)).code;

export async function run(service: Service, { round }: Race): Promise<void> {
  const { contenders, outcomes, after } = await round(service);
  const codes = await Promise.all(contenders.map((contend) => contend()));
  const told: Counts = {};
  for (const code of codes) told[code] = (told[code] ?? 0) + 1;
  if (!outcomes.some((outcome) => fits(told, outcome)))
    expect.fail(`${JSON.stringify(told)} is none of ${JSON.stringify(outcomes)}`);
  await after?.(told);
}

function fits(told: Counts, { exactly, rest }: Outcome): boolean {
  return Object.keys({ ...told, ...exactly }).every((code) => {
    const others = (told[code] ?? 0) - (exactly[code] ?? 0);
    return others === 0 || (others > 0 && rest.includes(code));
  });
}

/** Rows of this query are so many. */
export const expectRows = async (service: Service, count: number, text: string, values: unknown[]) =>
  expect(await service.rows(text, values)).toHaveLength(count);
