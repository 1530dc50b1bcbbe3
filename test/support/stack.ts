// Vitest's global set-up: one local stack per run, in a temporary folder of its own, so that tests neither
// touch nor wait for the data of `npm run dev`.
import { mkdtempSync, rmSync } from "node:fs";
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

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  const drop = guard({ kind: "path", path: folder });
  const stack = await startStack({
    stateFolder: folder,
    throwaway: true,
    databaseUrl: process.env.DATABASE_URL,
  });
  const variables = { ...stack.variables(PUBLIC_URL), PASSWORD_ITERATIONS: "1000" };
  project.provide("ownerUrl", stack.ownerUrl);
  project.provide("serviceUrl", stack.serviceUrl);
  project.provide("neonUrl", stack.neon.url);
  project.provide("neonSqlUrl", stack.neon.sqlUrl);
  project.provide("inboxUrl", stack.inbox.url);
  project.provide("variables", variables);
  project.provide("workerConfig", await writeWorkerConfig(folder, variables));
  return async () => {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
    drop();
  };
}
