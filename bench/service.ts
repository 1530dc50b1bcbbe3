// npm run bench: what the Worker does, on a throw-away stack, in one run. Ratios are what counts; absolute numbers belong to
// the machine.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "../local/stack.ts";
import { newCrowd } from "./crowds.ts";
import { distanceTable } from "./distance.ts";
import { growthTable } from "./growth.ts";
import { tripsPerEndpoint } from "./journey.ts";
import { head, row } from "./table.ts";
import { requestRows, signInRows } from "./throughput.ts";
import { bundle, type Running, startScript, startupMs } from "./worker.ts";

export async function benchService(): Promise<void> {
  const seconds = Number(process.env.BENCH_SECONDS ?? 5);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
  const stack = await startStack({
    stateFolder: folder,
    throwaway: true,
    databaseUrl: process.env.DATABASE_URL,
  });
  const { script, gzippedBytes } = bundle();
  const running: Running[] = [];

  try {
    const worker = await start(script, stack.variables("http://127.0.0.1:8787"));
    const bare = await start(readFileSync(join(import.meta.dirname, "pbkdf2-worker.js"), "utf8"));
    const title = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
    console.log(`# Bench, ${title}`);
    head("measurement", "value", "goal");
    row("bundle, gzipped", `${(gzippedBytes / 1000).toFixed(0)} kB`, "at most 250 kB");
    row("start-up CPU (`wrangler check startup`)", `${startupMs().toFixed(0)} ms`, "");
    await requestRows(worker, seconds);
    await signInRows(worker, bare, seconds);
    const crowd = (members: number) => newCrowd(worker.url, stack.ownerUrl, members);
    const [few, many, most] = [await crowd(10), await crowd(1_000), await crowd(100_000)];
    await distanceTable(worker.url, stack, many, 8 * seconds);
    await growthTable(worker.url, [few, many, most], 40 * seconds);
    head("endpoint", "trips to the database before the answer");
    for (const [endpoint, trips] of await tripsPerEndpoint(worker.url, stack)) {
      row(`\`${endpoint}\``, String(trips));
    }
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  async function start(...script: Parameters<typeof startScript>): Promise<Running> {
    const started = await startScript(...script);
    running.push(started);
    return started;
  }
}
