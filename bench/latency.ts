// How long single requests take, one after the other.

/** Sends its requests in turn, `count` of each, and answers the median of each in ms: drift hits all alike. */
export async function mediansMs(count: number, requests: (() => Promise<unknown>)[]): Promise<number[]> {
  const times = requests.map(() => [] as number[]);
  for (let i = -warmUp; i < count; i += 1) {
    for (const [which, request] of requests.entries()) {
      const began = performance.now();
      await request();
      if (i >= 0) times[which]?.push(performance.now() - began);
    }
  }
  return times.map(medianOf);
}

/** Requests of each kind that are sent before, and not counted. */
export const warmUp = 3;

export const medianOf = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
