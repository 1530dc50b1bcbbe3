// Sending many mails at the pace that Resend allows, and not at all while it is away: the next minute goes on.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { build, type Database } from "../db/client.ts";
import type { ClaimedMail } from "./claimed-mail.ts";
import type { Delivery } from "./deliver.ts";
import { sendMails } from "./outbox.ts";

const leaseMs = 60_000;
/** Resend takes five requests a second. */
const groupSize = 5;
const groupMs = 1_000;
const longestRestMs = 5_000;

/** Claims what is due, and sends it. Nothing more is begun after `until` (epoch ms). */
export const sendDueMails = (config: Config, db: Database, until: number): Promise<void> =>
  sendGroups(config, db, async () => (Date.now() < until ? claimMails(db) : []));

/** Sends mails that are claimed already. Those that it does not come to are due when their lease is over. */
export function sendClaimedMails(config: Config, db: Database, mails: ClaimedMail[]): Promise<void> {
  const left = [...mails];
  return sendGroups(config, db, async () => left.splice(0, groupSize));
}

async function claimMails(db: Database): Promise<ClaimedMail[]> {
  const [{ rows }] = await db.run([
    build.execute<{ mail: ClaimedMail }>(
      sql`select mail from app.claim_mails(${groupSize}::integer, ${leaseMs}::bigint) mail`,
    ),
  ]);
  return rows.map(({ mail }) => mail);
}

async function sendGroups(config: Config, db: Database, next: () => Promise<ClaimedMail[]>): Promise<void> {
  for (let group = await next(); group.length > 0; group = await next()) {
    const begun = Date.now();
    const rest = restAfter(await sendMails(config, db, group));
    if (rest === null || group.length < groupSize) return;
    await sleep(Math.max(rest, begun + groupMs - Date.now()));
  }
}

/** How long to leave the provider alone after a group, in ms; null: until the next minute. */
export function restAfter(group: (Delivery | null)[]): number | null {
  const tried = group.filter((delivery) => delivery !== null);
  const rests = tried.map((one) => (one.outcome === "throttled" ? one.retryAfterMs : 0));
  const isAway = tried.length > 0 && tried.every(({ outcome }) => outcome === "unavailable");
  const longest = Math.max(0, ...rests);
  return isAway || longest > longestRestMs ? null : longest;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
