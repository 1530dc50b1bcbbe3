// Load from a second process would be fairer to a big machine; on two cores it is the same either way.
import autocannon from "autocannon";

type Request = { method: "GET" | "POST"; path: string; headers?: Record<string, string>; body?: string };

type Load = { connections: number; status?: number } & ({ seconds: number } | { amount: number });

/** Answers per second with `connections` in flight, for some time or a number of requests. Fails on another status. */
export async function answersPerSecond(url: string, requests: Request[], load: Load): Promise<number> {
  const { connections, status = 200 } = load;
  const until = "amount" in load ? { amount: load.amount } : { duration: load.seconds };
  const began = performance.now();
  const result = await autocannon({ url, requests, connections, timeout: 20, ...until });
  const seconds = (performance.now() - began) / 1000;
  const others = Object.entries(result.statusCodeStats ?? {}).filter(([code]) => Number(code) !== status);
  if (others.length > 0 || result.errors > 0) {
    throw new Error(
      `expected ${status} only, got ${JSON.stringify(result.statusCodeStats)}, ${result.errors} errors`,
    );
  }
  return result.requests.total / seconds;
}

/** Takes the measurements in turn, several rounds of each, and answers their means: drift hits all alike. */
export async function inTurn(rounds: number, measurements: (() => Promise<number>)[]): Promise<number[]> {
  const sums = measurements.map(() => 0);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, measure] of measurements.entries()) sums[i] = (sums[i] ?? 0) + (await measure());
  }
  return sums.map((sum) => sum / rounds);
}
