// What the cron does. Bounded, safe to overlap with itself, and no part of it keeps another from running.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { Database } from "../db/client.ts";
import { sendDueMails } from "../emails/outbox.ts";
import { logError } from "../http/log.ts";

const pruneLimit = 1_000;
const rounds = 20;

export async function everyMinute(config: Config): Promise<void> {
  const db = new Database(config, { requestId: crypto.randomUUID(), ip: "" }, { background: true });
  const jobs = {
    mail: async () => {
      for (let round = 0; round < rounds; round += 1) {
        if ((await sendDueMails(config, db)) === 0) return;
      }
    },
    prune: async () => {
      for (let round = 0; round < rounds; round += 1) {
        const removed = await db.call<Record<string, number>>(sql`app.prune(${pruneLimit}::integer)`);
        if (Object.values(removed).every((count) => count < pruneLimit)) return;
      }
    },
  };
  for (const [name, job] of Object.entries(jobs)) {
    await job().catch((error: unknown) => logError("cron", error, { job: name }));
  }
}
