// How long something takes, many times over.

export type Times = { median: number; p95: number };

/** At most so often, and no longer than some seconds, but a few times anyway. */
export type Effort = { times: number; seconds: number; least: number };

/** Does things in turn, again and again, and answers how long each took by its own clock: drift hits all alike. */
export async function timesInTurn(
  { times, seconds, least }: Effort,
  actions: (() => Promise<{ ms: number }>)[],
): Promise<Times[]> {
  const taken = actions.map(() => [] as number[]);
  for (const action of actions) await action();
  const until = performance.now() + seconds * 1000;
  for (let i = 0; i < times && (i < least || performance.now() < until); i += 1) {
    for (const [which, action] of actions.entries()) taken[which]?.push((await action()).ms);
  }
  return taken.map(timesOf);
}

export const timesOf = (values: number[]): Times => ({
  median: shareOf(values, 0.5),
  p95: shareOf(values, 0.95),
});

const shareOf = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
