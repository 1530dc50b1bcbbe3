// The Worker under `wrangler dev`, with its cron: workerd, the bundle and the bindings of production.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { endProcess, endRemembered, remember } from "./processes.ts";
import type { Variables } from "./variables.ts";
import { guard } from "./watchdog.ts";
import { writeWorkerConfig } from "./worker-config.ts";

export type Worker = { url: string; ended: Promise<void>; stop(): Promise<void> };

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const HEALTH_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 5_000;
const CRON_MS = 60_000;

const memory = (stateFolder: string) => join(stateFolder, "worker.json");

/** Ends the Worker of an earlier run; there is one only if that run and its watchdog were both killed. */
export const endOrphanWorker = (stateFolder: string) => endRemembered(memory(stateFolder), STOP_GRACE_MS);

/** Starts the Worker on `port` and waits until it is healthy. Throws when it refuses its configuration. */
export async function startWorker(options: {
  port: number;
  stateFolder: string;
  variables: Variables;
  interrupted: AbortSignal;
}): Promise<Worker> {
  const config = await writeWorkerConfig(options.stateFolder, options.variables);
  const child = spawn(process.execPath, [WRANGLER, ...(await wranglerArguments(config, options))], {
    cwd: ROOT,
    env: wranglerEnvironment(options.variables),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // A group of its own: wrangler, esbuild and workerd end together, in our order.
  });
  const pid = child.pid ?? 0;
  remember(memory(options.stateFolder), pid);
  const release = guard({ kind: "group", pid, signal: "SIGTERM", graceMs: STOP_GRACE_MS });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  passOutput(child);
  const cron = setInterval(() => fireCron(url), CRON_MS);
  const url = `http://127.0.0.1:${options.port}`;
  const stop = async () => {
    clearInterval(cron);
    if (pid) await endProcess(-pid, "SIGTERM", STOP_GRACE_MS);
    release();
    rmSync(memory(options.stateFolder), { force: true });
  };
  try {
    await untilHealthy(url, child, options.interrupted);
    return { url, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function wranglerArguments(
  config: string,
  { port, stateFolder }: { port: number; stateFolder: string },
) {
  return [
    ...["dev", "--config", config, "--ip", "127.0.0.1", "--port", String(port)],
    ...["--inspector-port", String(await freePort()), "--persist-to", join(stateFolder, "wrangler")],
    "--show-interactive-dev-session=false",
  ];
}

/** No telemetry, no update check, and none of the caller's variables that share a name with the Worker's. */
function wranglerEnvironment(variables: Variables): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !(name in variables) && name !== "CLOUDFLARE_ENV",
  );
  return {
    ...Object.fromEntries(own),
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_WRITE_LOGS: "false",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
  };
}

/** Shows what the Worker logs; wrangler's own chatter (bindings, one line per request) is left out. */
function passOutput({ stdout, stderr }: ChildProcess): void {
  let ready = false;
  if (stdout) {
    createInterface({ input: stdout }).on("line", (line) => {
      if (ready && !line.startsWith("[wrangler:info]") && line.trim() !== "") console.log(line);
      ready ||= line.includes("Ready on");
    });
  }
  if (stderr) {
    // wrangler decorates what the Worker logs with console.error and console.warn; a JSON line stays a JSON line.
    createInterface({ input: stderr }).on("line", (line) =>
      console.error(line.replace(/^.*[✘▲].*?(\{".*\}).*$/, "$1")),
    );
  }
}

async function untilHealthy(url: string, child: ChildProcess, interrupted: AbortSignal): Promise<void> {
  let deadline = Number.POSITIVE_INFINITY; // Counts from the first answer: a build error may take long to mend.
  while (child.exitCode === null && child.signalCode === null && !interrupted.aborted) {
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(HEALTH_LIMIT_MS)]);
    const status = await fetch(`${url}/health`, { signal }).then(
      (response) => response.status,
      () => null,
    );
    if (status === 200) return;
    if (status === 500) throw new Error("The Worker refuses to run: its log line above says why.");
    if (status !== null) deadline = Math.min(deadline, Date.now() + HEALTH_LIMIT_MS);
    if (Date.now() > deadline) throw new Error(`GET ${url}/health keeps answering ${status}.`);
    await sleep(100);
  }
  throw new Error(interrupted.aborted ? "interrupted" : "wrangler dev ended before the Worker was ready.");
}

async function fireCron(url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("* * * * *")}`);
    if (!response.ok) console.error(`cron: ${response.status} ${await response.text()}`);
  } catch {
    // The Worker is reloading or stopping; the next minute comes.
  }
}
