// Load from a second process would be fairer to a big machine; on two cores it is the same either way.
import autocannon from "autocannon";

type Request = { method: "GET" | "POST"; path: string; headers?: Record<string, string>; body?: string };

/** Answers per second with `connections` in flight for `seconds`. Fails when an answer is not of the expected status. */
export async function answersPerSecond(
  url: string,
  requests: Request[],
  { connections, seconds, status = 200 }: { connections: number; seconds: number; status?: number },
): Promise<number> {
  const result = await autocannon({ url, requests, connections, duration: seconds, timeout: 20 });
  const others = Object.entries(result.statusCodeStats ?? {}).filter(([code]) => Number(code) !== status);
  if (others.length > 0 || result.errors > 0) {
    throw new Error(
      `expected ${status} only, got ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`,
    );
  }
  return result.requests.total / result.duration;
}

/** Takes the measurements in turn, several rounds of each, and answers their means: drift hits all alike. */
export async function inTurn(rounds: number, measurements: (() => Promise<number>)[]): Promise<number[]> {
  const sums = measurements.map(() => 0);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, measure] of measurements.entries()) sums[i] = (sums[i] ?? 0) + (await measure());
  }
  return sums.map((sum) => sum / rounds);
}
