// A Worker under `wrangler dev`: workerd, the bundle and the bindings of production.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { endProcess, endRemembered, remember } from "./processes.ts";
import { guard } from "./watchdog.ts";

export type Worker = { url: string; ended: Promise<void>; stop(): Promise<void> };

export type WorkerOptions = {
  /** Its name in the state folder. */
  name: string;
  /** The path of its wrangler configuration. */
  config: string;
  port: number;
  stateFolder: string;
  /** Answers 200 once the Worker runs, and 500 when it refuses to. */
  health: string;
  /** Variables of the caller's that must not reach it. */
  hidden?: string[];
  interrupted: AbortSignal;
};

const ROOT = join(import.meta.dirname, "..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const HEALTH_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 5_000;

const memory = (stateFolder: string, name: string) => join(stateFolder, `${name}.json`);

/** Ends the Worker of an earlier run; there is one only if that run and its watchdog were both killed. */
export const endOrphanWorker = (stateFolder: string, name: string) =>
  endRemembered(memory(stateFolder, name), STOP_GRACE_MS);

/** Starts the Worker on `port` and waits until it is healthy. Throws when it refuses its configuration. */
export async function startWrangler(options: WorkerOptions): Promise<Worker> {
  const { name, stateFolder, interrupted } = options;
  const child = spawn(process.execPath, [WRANGLER, ...(await wranglerArguments(options))], {
    cwd: ROOT,
    env: wranglerEnvironment(options),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // A group of its own: wrangler, esbuild and workerd end together, in our order.
  });
  const pid = child.pid ?? 0;
  remember(memory(stateFolder, name), pid);
  const release = guard({ kind: "group", pid, signal: "SIGTERM", graceMs: STOP_GRACE_MS });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  passOutput(child);
  const url = `http://127.0.0.1:${options.port}`;
  const stop = async () => {
    if (pid) await endProcess(-pid, "SIGTERM", STOP_GRACE_MS);
    release();
    rmSync(memory(stateFolder, name), { force: true });
  };
  try {
    await untilHealthy(`${url}${options.health}`, child, interrupted);
    return { url, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function wranglerArguments({ name, config, port, stateFolder }: WorkerOptions) {
  const state = name === "worker" ? "wrangler" : `wrangler-${name}`;
  return [
    ...["dev", "--config", config, "--ip", "127.0.0.1", "--port", String(port)],
    ...["--inspector-port", String(await freePort()), "--persist-to", join(stateFolder, state)],
    "--show-interactive-dev-session=false",
  ];
}

/** No telemetry, no update check. Workers of one state folder find each other for their service bindings. */
function wranglerEnvironment({ hidden = [], stateFolder }: WorkerOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !hidden.includes(name) && name !== "CLOUDFLARE_ENV",
  );
  return {
    ...Object.fromEntries(own),
    WRANGLER_REGISTRY_PATH: join(stateFolder, "registry"),
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
    const status = await fetch(url, { signal }).then(
      (response) => response.status,
      () => null,
    );
    if (status === 200) return;
    if (status === 500) throw new Error("The Worker refuses to run: its log line above says why.");
    if (status !== null) deadline = Math.min(deadline, Date.now() + HEALTH_LIMIT_MS);
    if (Date.now() > deadline) throw new Error(`GET ${url} keeps answering ${status}.`);
    await sleep(100);
  }
  throw new Error(interrupted.aborted ? "interrupted" : "wrangler dev ended before the Worker was ready.");
}
