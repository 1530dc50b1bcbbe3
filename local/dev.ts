// npm run dev: the whole service on this machine, offline, with one command. Whatever way it ends, nothing
// it started stays behind.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { whenNpmIsGone } from "./launcher.ts";
import { takeLock } from "./lock.ts";
import { ownFolder } from "./own-folder.ts";
import { freePort, isFree } from "./ports.ts";
import { type Stack, startStack } from "./stack.ts";
import { guard } from "./watchdog.ts";
import { startWorker } from "./worker.ts";
import { endOrphanWorker } from "./wrangler.ts";

/** Another folder makes a second stack beside the checkout's own: the tests run one. */
const STATE_FOLDER = process.env.GATEHOUSE_STATE_FOLDER ?? join(import.meta.dirname, "../.local");
const STACK_FILE = join(STATE_FOLDER, "stack.json");
const USUAL_PORT = 8787;
const SIGNALS = { SIGINT: 0, SIGTERM: 143, SIGHUP: 129 } as const;
const USAGE = `Usage: npm run dev [-- options]

Starts Postgres, Neon's endpoint, the mailbox, the list of breached passwords and the Worker, and prints where they are.

  --fresh      begin with new data, keys and an empty mailbox
  --port N     the port of the API (${USUAL_PORT} or any free one, unless given)
  --help       this text

DATABASE_URL, the owner's URL of a Postgres 16 or later, replaces the embedded server.
Data is kept in .local/ between runs. Ctrl-C stops everything.`;

type Flags = { fresh: boolean; port: number | undefined };

class UsageError extends Error {}

function readFlags(args: string[]): Flags | "help" {
  const { values } = parseStrictly(args);
  if (values.help) return "help";
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new UsageError(`--port needs a number from 1 to 65535, not "${values.port}"`);
  }
  if (values.fresh && process.env.DATABASE_URL) {
    throw new UsageError("--fresh wipes the embedded Postgres only, and DATABASE_URL names another one");
  }
  return { fresh: values.fresh ?? false, port };
}

function parseStrictly(args: string[]) {
  try {
    const options = {
      fresh: { type: "boolean" },
      port: { type: "string" },
      help: { type: "boolean" },
    } as const;
    return parseArgs({ args, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Starts all in order; each part leaves its stop in `stops` as soon as it runs. */
async function start(
  flags: Flags,
  stops: (() => unknown)[],
  interrupted: AbortSignal,
): Promise<() => Promise<void>> {
  ownFolder(STATE_FOLDER, 0o700);
  const unlock = takeLock(join(STATE_FOLDER, "lock"));
  if (!unlock) throw new Error("`npm run dev` is already running in this checkout: stop it first.");
  stops.push(unlock);
  rmSync(STACK_FILE, { force: true });
  await endOrphanWorker(STATE_FOLDER, "worker");
  const databaseUrl = process.env.DATABASE_URL || undefined;
  if (flags.port && !(await isFree(flags.port)))
    throw new Error(`Port ${flags.port} is taken: choose another one.`);

  const port = flags.port ?? (await freePort(USUAL_PORT));
  const ports = {
    inbox: await freePort(port + 1),
    neon: await freePort(port + 2),
    breaches: await freePort(port + 3),
  };
  const stack = await startStack({ stateFolder: STATE_FOLDER, fresh: flags.fresh, databaseUrl, ports });
  stops.push(stack.stop);
  const variables = stack.variables(`http://127.0.0.1:${port}`);
  const worker = await startWorker({ port, stateFolder: STATE_FOLDER, variables, interrupted });
  stops.push(worker.stop, announce(worker.url, stack, databaseUrl));
  return () => worker.ended;
}

/** Writes the file for scripts and prints the summary; returns the removal of the file. */
function announce(api: string, stack: Stack, databaseUrl: string | undefined): () => void {
  const file = { api, inbox: stack.inbox.url, neon: stack.neon.url, database_url: stack.ownerUrl };
  const drop = guard({ kind: "path", path: STACK_FILE });
  writeFileSync(STACK_FILE, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  console.log(`
  Gatehouse runs.

  API        ${api}
  Reference  ${api}/docs
  Mailbox    ${stack.inbox.url}
  Neon       ${stack.neon.sqlUrl}
  Breaches   ${stack.breaches.url}
  Postgres   ${databaseUrl ? `${new URL(databaseUrl).host} (your DATABASE_URL)` : stack.ownerUrl}

  Ctrl-C stops everything.
`);
  return () => {
    rmSync(STACK_FILE, { force: true });
    drop();
  };
}

/** Runs until a signal comes or the Worker dies; resolves to the exit code once all is stopped. */
async function dev(flags: Flags): Promise<number> {
  const stops: (() => unknown)[] = [];
  const interrupt = new AbortController();
  const signalled = new Promise<number>((resolve) => {
    const end = (code: number) => {
      if (!interrupt.signal.aborted) console.log("\nStopping …");
      interrupt.abort();
      resolve(code);
    };
    for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => end(code));
    whenNpmIsGone(() => end(SIGNALS.SIGTERM));
  });
  try {
    const untilWorkerEnds = await start(flags, stops, interrupt.signal);
    const workerDied = untilWorkerEnds().then(() => {
      if (!interrupt.signal.aborted) console.error("The Worker ended by itself.");
      return 1;
    });
    return await Promise.race([signalled, workerDied]);
  } catch (error) {
    if (interrupt.signal.aborted) return await signalled;
    console.error((error as Error).message);
    return 1;
  } finally {
    for (const stop of stops.reverse()) await (async () => stop())().catch(console.error);
  }
}

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags === "help") console.log(USAGE);
  else process.exit(await dev(flags));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(2);
}
