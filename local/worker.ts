// Gatehouse itself under `wrangler dev`, with its cron.
import type { Variables } from "./variables.ts";
import { writeWorkerConfig } from "./worker-config.ts";
import { startWrangler, type Worker } from "./wrangler.ts";

const CRON_MS = 60_000;

/** Starts the Worker on `port` and waits until it is healthy. Throws when it refuses its configuration. */
export async function startWorker(options: {
  port: number;
  stateFolder: string;
  variables: Variables;
  interrupted: AbortSignal;
}): Promise<Worker> {
  const { variables, ...where } = options;
  const config = await writeWorkerConfig(options.stateFolder, variables);
  const hidden = Object.keys(variables);
  const worker = await startWrangler({ ...where, name: "worker", config, health: "/health", hidden });
  const cron = setInterval(() => fireCron(worker.url), CRON_MS);
  const stop = async () => {
    clearInterval(cron);
    await worker.stop();
  };
  return { ...worker, stop };
}

async function fireCron(url: string): Promise<void> {
  try {
    const response = await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("* * * * *")}`);
    if (!response.ok) console.error(`cron: ${response.status} ${await response.text()}`);
  } catch {
    // The Worker is reloading or stopping; the next minute comes.
  }
}
