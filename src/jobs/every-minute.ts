// What the cron does. Bounded, safe to overlap with itself, and no part of it keeps another from running.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { Database } from "../db/client.ts";
import { sendDueMails } from "../emails/sweep.ts";
import { logError } from "../http/log.ts";

/** What has begun by then is finished, well within the next minute. */
const beginningMs = 45_000;
const pruneLimit = 1_000;
/** Strangers make rows too, one for each address or network that they come up with: more of them go than can come. */
const pruneRounds = 500;
const foldLimit = 5_000;

export async function everyMinute(config: Config): Promise<void> {
  const db = new Database(config, { requestId: crypto.randomUUID(), ip: "" }, { background: true });
  const until = Date.now() + beginningMs;
  const jobs = { mail: sendDueMails(config, db, until), prune: prune(db, until), tallies: fold(db, until) };
  await Promise.all(
    Object.entries(jobs).map(([job, work]) => work.catch((error) => logError("cron", error, { job }))),
  );
}

async function prune(db: Database, until: number): Promise<void> {
  for (let round = 0; round < pruneRounds && Date.now() < until; round += 1) {
    const removed = await db.call<Record<string, number>>(sql`app.prune(${pruneLimit}::integer)`);
    if (Object.values(removed).every((count) => count < pruneLimit)) return;
  }
}

/** What members changed since goes into the statistics' tallies. */
async function fold(db: Database, until: number): Promise<void> {
  while (Date.now() < until) {
    const folded = await db.call<number>(sql`app.fold_member_changes(${foldLimit}::integer)`);
    if (folded === 0) return;
  }
}
