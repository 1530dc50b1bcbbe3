// npm run example: the Worker of examples/notes-worker beside a running `npm run dev`, as another service of the account.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { whenNpmIsGone } from "./launcher.ts";
import { freePort } from "./ports.ts";
import { endOrphanWorker, startWrangler, type Worker } from "./wrangler.ts";

const ROOT = join(import.meta.dirname, "..");
const SOURCE = join(ROOT, "examples/notes-worker");
const STATE_FOLDER = process.env.GATEHOUSE_STATE_FOLDER ?? join(ROOT, ".local");
const USUAL_PORT = 8791;
const NAME = "example";

/** The running stack's API. Throws when there is none. */
function readApi(): string {
  try {
    return JSON.parse(readFileSync(join(STATE_FOLDER, "stack.json"), "utf8")).api;
  } catch (cause) {
    throw new Error("The service does not run: start `npm run dev` in another terminal first.", { cause });
  }
}

/**
 * Its own configuration, with the local service for issuer. Returns the path. (That `gatehouse/verify` is found without a
 * build is the repository's tsconfig.json.)
 */
async function writeConfig(api: string): Promise<string> {
  const { experimental_readRawConfig } = await import("wrangler");
  const { rawConfig } = experimental_readRawConfig({ config: join(SOURCE, "wrangler.toml") });
  const folder = join(STATE_FOLDER, NAME);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const local = {
    ...rawConfig,
    main: join(SOURCE, rawConfig.main ?? "index.ts"),
    vars: { ...rawConfig.vars, ISSUER: api, AUDIENCE: api },
  };
  const path = join(folder, "wrangler.json");
  writeFileSync(path, JSON.stringify(local, null, 2), { mode: 0o600 });
  return path;
}

async function start(interrupted: AbortSignal): Promise<Worker> {
  await endOrphanWorker(STATE_FOLDER, NAME);
  const config = await writeConfig(readApi());
  const port = await freePort(USUAL_PORT);
  return startWrangler({ name: NAME, config, port, stateFolder: STATE_FOLDER, health: "/", interrupted });
}

const interrupt = new AbortController();
const signalled = new Promise<void>((resolve) => {
  interrupt.signal.addEventListener("abort", () => resolve());
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interrupt.abort());
whenNpmIsGone(() => interrupt.abort());

try {
  const worker = await start(interrupt.signal);
  console.log(`\n  Notes run: ${worker.url}/orgs/YOUR_ORG_ID/notes\n\n  Ctrl-C stops them.\n`);
  await Promise.race([signalled, worker.ended]);
  await worker.stop();
  process.exit(interrupt.signal.aborted ? 0 : 1);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
