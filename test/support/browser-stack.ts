// The service as a browser meets it: a stack of its own (its cron runs, which other tests must not meet), the
// Worker, and the product that the pages lead to. A process of its own, so that the Worker's log stays out of the
// tests' output; test/support/browser-setup.ts starts and ends it.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../local/ports.ts";
import { startStack } from "../../local/stack.ts";
import { guard } from "../../local/watchdog.ts";
import { startWorker } from "../../local/worker.ts";
import type { SealingKey } from "../../src/config.ts";

export type BrowserStack = {
  pagesUrl: string;
  /** Where the pages lead to in the end. */
  productUrl: string;
  mailboxUrl: string;
  /** Of the owner. */
  databaseUrl: string;
  sealingKeys: SealingKey[];
};

const folder = mkdtempSync(join(tmpdir(), "gatehouse-browser-"));
const drop = guard({ kind: "path", path: folder });
const interruption = new AbortController();
const stops: (() => Promise<void>)[] = [];
process.once("disconnect", stop);

const stack = await startStack({
  stateFolder: folder,
  throwaway: true,
  databaseUrl: process.env.DATABASE_URL,
});
stops.push(stack.stop);
const productUrl = await startProduct();
const port = await freePort();
const pagesUrl = `http://127.0.0.1:${port}`;
const worker = await startWorker({
  port,
  stateFolder: folder,
  variables: { ...stack.variables(pagesUrl), PASSWORD_ITERATIONS: "1000", APP_URL: productUrl },
  interrupted: interruption.signal,
});
stops.push(worker.stop);
const started: BrowserStack = {
  pagesUrl,
  productUrl,
  mailboxUrl: stack.inbox.url,
  databaseUrl: stack.ownerUrl,
  sealingKeys: stack.keys.sealing.keys as SealingKey[],
};
process.send?.(started);

/** A page that shows the headers of the request for it. */
async function startProduct(): Promise<string> {
  const server = createServer(({ headers }, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(headers));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/app`;
}

async function stop(): Promise<never> {
  interruption.abort();
  for (const step of stops.reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
  drop();
  process.exit();
}
