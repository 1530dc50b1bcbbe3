// npm run bench: the figures that the README names, in one run on a throw-away stack. Ratios are what counts;
// absolute numbers belong to the machine.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "../local/stack.ts";
import { newUser, password, signIn, tripsPerEndpoint } from "./journey.ts";
import { answersPerSecond, inTurn } from "./load.ts";
import { bundle, type Running, startScript, startupMs } from "./worker.ts";

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
  console.log(`# Bench, ${title}\n`);
  row("measurement", "value", "goal");
  row("---", "---", "---");
  row("bundle, gzipped", `${(gzippedBytes / 1000).toFixed(0)} kB`, "at most 250 kB");
  row("start-up CPU (`wrangler check startup`)", `${startupMs().toFixed(0)} ms`, "");
  await requestRows(worker);
  await signInRows(worker, bare);
  console.log("\n");
  row("endpoint", "trips to the database before the answer");
  row("---", "---");
  for (const [endpoint, trips] of await tripsPerEndpoint(worker.url, stack.neon, stack.inbox)) {
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

async function signInRows(worker: Running, bare: Running) {
  const users = await Promise.all(Array.from({ length: 16 }, () => newUser(worker.url)));
  const requests = users.map((email) => ({
    method: "POST" as const,
    path: "/signin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  }));
  // A fixed number of each, so that no half-done hash is lost when time is up.
  const load = { connections: 8, amount: 24 * seconds };
  const [signIns = 0, hashes = 0] = await inTurn(3, [
    () => answersPerSecond(worker.url, requests, load),
    () => answersPerSecond(bare.url, [{ method: "GET", path: "/" }], load),
  ]);
  row("bare PBKDF2, 600,000 iterations", `${hashes.toFixed(1)} / s`, "");
  row("sign-ins, whole", `${signIns.toFixed(1)} / s`, "");
  row("sign-ins ÷ bare PBKDF2", (signIns / hashes).toFixed(2), "at least 0.9");
}

async function requestRows(worker: Running) {
  const { access_token } = await signIn(worker.url, await newUser(worker.url));
  const headers = { authorization: `Bearer ${access_token}` };
  const forged = { authorization: `Bearer ${access_token.slice(0, -8)}AAAAAAAA` };
  const load = { connections: 16, seconds };
  const [me = 0, refused = 0] = await inTurn(2, [
    () => answersPerSecond(worker.url, [{ method: "GET", path: "/me", headers }], load),
    () =>
      answersPerSecond(worker.url, [{ method: "GET", path: "/me", headers: forged }], {
        ...load,
        status: 401,
      }),
  ]);
  row("`GET /me`", `${me.toFixed(0)} / s`, "");
  row("a refused token (no trip)", `${refused.toFixed(0)} / s`, "");
  row("a refused token ÷ `GET /me`", (refused / me).toFixed(1), "");
}

function row(...cells: string[]) {
  console.log(`| ${cells.join(" | ")} |`);
}
