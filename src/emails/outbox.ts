// Sending what waits in the outbox: claim (a lease), render once and keep the body, send, settle. Any number of
// Workers may do this at once. Nobody waits for it: it runs after the response, and each minute from the cron.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { seal, unseal } from "../crypto/tokens.ts";
import { build, type Database, outcomeOf } from "../db/client.ts";
import type { JsonObject } from "../db/schema.ts";
import { deliver } from "./deliver.ts";
import { type Mail, renderMail } from "./templates.ts";

type Claimed = {
  id: string;
  template: string;
  recipient: string;
  params: JsonObject;
  secrets: string | null;
  body: string | null;
  attempts: number;
  created_at: string;
};
type Result = { id: string; outcome: "sent" | "retry" | "failed"; retry_in_ms?: number; error?: string };

const leaseMs = 60_000;
/** Resend takes five requests a second. Three groups of these end well within the lease, timeouts included. */
const groupSize = 5;
const batchSize = 15;
const groupMs = 1_000;
const longestPauseMs = 15 * 60_000;
const quotaPauseMs = 60 * 60_000;

/** Seals what a mail's link needs, for the row. */
export const sealMailSecrets = (config: Config, secrets: { token: string }): Promise<string> =>
  seal(config.SEALING_KEYS, "mail-secrets", JSON.stringify(secrets));

/**
 * Sends the mails that are due, at most 15, or of these only the given ones. Returns how many were claimed, and the
 * ids of those that will never be sent.
 */
export async function sendDueMails(
  config: Config,
  db: Database,
  ids: number[] | null = null,
): Promise<{ claimed: number; failed: string[] }> {
  const [{ rows: mails }] = await db.run([
    build.execute<Claimed>(
      sql`select * from app.claim_mails(${sql.param(ids)}::bigint[], ${batchSize}, ${leaseMs})`,
    ),
  ]);
  const failed: string[] = [];
  for (let i = 0; i < mails.length; i += groupSize) {
    const pace = i + groupSize < mails.length ? sleep(groupMs) : undefined;
    failed.push(...(await sendGroup(config, db, mails.slice(i, i + groupSize))));
    await pace;
  }
  return { claimed: mails.length, failed };
}

/** Sends some mails at once and settles them, so that what happens to later ones does not undo it. */
async function sendGroup(config: Config, db: Database, mails: Claimed[]): Promise<string[]> {
  const rendered = await Promise.all(mails.map((mail) => sealedBody(config, mail)));
  const kept = await db.run(
    mails.map(({ id }, i) =>
      build.execute<{ outcome: string | null }>(
        sql`select app.keep_mail_body(${id}::bigint, ${rendered[i] ?? null}::text) as outcome`,
      ),
    ),
  );
  const results = await Promise.all(
    mails.map((mail, i) => send(config, mail, kept[i]?.rows[0]?.outcome ?? null)),
  );
  const settled = await db.run(
    results.map((result) =>
      build.execute<{ outcome: string }>(
        sql`select app.settle_mail(${JSON.stringify(result)}::jsonb) as outcome`,
      ),
    ),
  );
  return mails.flatMap(({ id }, i) => (settled[i] && outcomeOf(settled[i]) === "failed" ? [id] : []));
}

/** The body as an earlier sender kept it, or rendered now; null when this release or these keys cannot. */
async function sealedBody(
  config: Config,
  { template, params, secrets, body }: Claimed,
): Promise<string | null> {
  if (body !== null) return body;
  const opened = secrets === null ? "{}" : await unseal(config.SEALING_KEYS, "mail-secrets", secrets);
  const mail =
    opened === null ? null : await renderMail(config, template, { ...params, ...JSON.parse(opened) });
  return mail && seal(config.SEALING_KEYS, "mail-body", JSON.stringify(mail));
}

async function send(config: Config, claimed: Claimed, sealed: string | null): Promise<Result> {
  const { id, template, recipient, attempts, created_at } = claimed;
  const opened = sealed && (await unseal(config.SEALING_KEYS, "mail-body", sealed));
  // A Worker of another release, or with another set of keys, may be able to.
  if (!opened)
    return { id, outcome: "retry", retry_in_ms: pause(attempts), error: `cannot render ${template}` };
  const delivery = await deliver(config, recipient, JSON.parse(opened) as Mail, `outbox-${id}-${created_at}`);
  if (delivery.outcome === "sent") return { id, outcome: "sent" };
  if (delivery.outcome === "refused") return { id, outcome: "failed", error: delivery.error };
  const asked = delivery.quotaExceeded ? quotaPauseMs : (delivery.retryAfterSeconds ?? 0) * 1000;
  return { id, outcome: "retry", retry_in_ms: Math.max(asked, pause(attempts)), error: delivery.error };
}

/** Doubles from half a minute to a quarter of an hour, with jitter, so that retries do not come in herds. */
const pause = (attempts: number) =>
  Math.round(Math.min(longestPauseMs, 30_000 * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2));

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
