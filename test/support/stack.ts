// Vitest's global set-up: one local stack per run, in a temporary folder of its own, so that tests neither
// touch nor wait for the data of `npm run dev`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startStack } from "../../local/stack.ts";
import type { Variables } from "../../local/variables.ts";
import { guard } from "../../local/watchdog.ts";
import { writeWorkerConfig } from "../../local/worker-config.ts";

declare module "vitest" {
  interface ProvidedContext {
    ownerUrl: string;
    serviceUrl: string;
    neonUrl: string;
    neonSqlUrl: string;
    inboxUrl: string;
    variables: Variables;
    workerConfig: string;
  }
}

const PUBLIC_URL = "http://127.0.0.1:8787"; // Nothing listens there: links in mails start with it.

/** One more binding like FLOOD_SHIELD, for tests of what it refuses: five in a minute. */
function addSmallShield(path: string): void {
  const config = JSON.parse(readFileSync(path, "utf8"));
  const small = { name: "SMALL_SHIELD", namespace_id: "4102", simple: { limit: 5, period: 60 } };
  writeFileSync(path, JSON.stringify({ ...config, ratelimits: [...config.ratelimits, small] }));
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  const drop = guard({ kind: "path", path: folder });
  const stack = await startStack({
    stateFolder: folder,
    throwaway: true,
    databaseUrl: process.env.DATABASE_URL,
  });
  const variables = { ...stack.variables(PUBLIC_URL), PASSWORD_ITERATIONS: "1000", MAILS_PER_ADDRESS: "10" };
  project.provide("ownerUrl", stack.ownerUrl);
  project.provide("serviceUrl", stack.serviceUrl);
  project.provide("neonUrl", stack.neon.url);
  project.provide("neonSqlUrl", stack.neon.sqlUrl);
  project.provide("inboxUrl", stack.inbox.url);
  project.provide("variables", variables);
  const config = await writeWorkerConfig(folder, variables);
  addSmallShield(config);
  project.provide("workerConfig", config);
  return async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
    drop();
  };
}
