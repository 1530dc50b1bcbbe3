// Sending what waits in the outbox: claim (a lease), render once and keep the body, send, settle. Any number of
// Workers may do this at once. Nobody waits for it: it runs after the response, and each minute from the cron.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { seal, unseal } from "../crypto/tokens.ts";
import { build, type Database, outcomeOf } from "../db/client.ts";
import type { JsonObject } from "../db/columns.ts";
import { deliver } from "./deliver.ts";
import { type Mail, renderMail } from "./templates.ts";

/** A mail that its sender has claimed, as `app.mail_of` gives it. */
export type ClaimedMail = {
  id: number;
  template: string;
  recipient: string;
  params: JsonObject;
  secrets: string | null;
  body: string | null;
  attempts: number;
  created_at: number;
};
type Result = { id: number; outcome: "sent" | "retry" | "failed"; retry_in_ms?: number; error?: string };

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

/** Claims what is due, at most 15 mails, and sends it. Returns how many were claimed. */
export async function sendDueMails(config: Config, db: Database): Promise<number> {
  const [{ rows }] = await db.run([
    build.execute<{ mail: ClaimedMail }>(
      sql`select mail from app.claim_mails(${batchSize}::integer, ${leaseMs}::bigint) mail`,
    ),
  ]);
  for (let i = 0; i < rows.length; i += groupSize) {
    const pace = i + groupSize < rows.length ? sleep(groupMs) : undefined;
    await sendMails(
      config,
      db,
      rows.slice(i, i + groupSize).map(({ mail }) => mail),
    );
    await pace;
  }
  return rows.length;
}

/** Sends claimed mails, at once, and settles each: what happens to others does not undo it. */
export async function sendMails(config: Config, db: Database, mails: ClaimedMail[]): Promise<void> {
  const bodies = await keepBodies(config, db, mails);
  const results = await Promise.all(mails.map((mail, i) => send(config, mail, bodies[i] ?? null)));
  const settled = await db.run(
    results.map((result) =>
      build.execute<{ outcome: string }>(
        sql`select app.settle_mail(${JSON.stringify(result)}::jsonb) as outcome`,
      ),
    ),
  );
  // Somebody waits for each of these; why it will not come stands in its row.
  for (const [i, { id }] of mails.entries()) {
    if (settled[i] && outcomeOf(settled[i]) === "failed") {
      console.error(JSON.stringify({ level: "error", event: "mail_failed", mail_id: id }));
    }
  }
}

/** The body of each mail, as its first sender kept it; null: not to be sent, or not by this release or these keys. */
async function keepBodies(config: Config, db: Database, mails: ClaimedMail[]): Promise<(Mail | null)[]> {
  const rendered = await Promise.all(mails.map((mail) => (mail.body === null ? render(config, mail) : null)));
  const own = await Promise.all(
    rendered.map((mail) => mail && seal(config.SEALING_KEYS, "mail-body", JSON.stringify(mail))),
  );
  const kept = await db.run(
    mails.map(({ id }, i) =>
      build.execute<{ outcome: string | null }>(
        sql`select app.keep_mail_body(${id}::bigint, ${own[i] ?? null}::text) as outcome`,
      ),
    ),
  );
  return Promise.all(
    kept.map(async (result, i) => {
      const body = outcomeOf(result);
      if (body === null) return null;
      if (body === own[i]) return rendered[i] ?? null;
      const opened = await unseal(config.SEALING_KEYS, "mail-body", body);
      return opened === null ? null : (JSON.parse(opened) as Mail);
    }),
  );
}

async function render(config: Config, { template, params, secrets }: ClaimedMail): Promise<Mail | null> {
  const opened = secrets === null ? "{}" : await unseal(config.SEALING_KEYS, "mail-secrets", secrets);
  return opened === null ? null : renderMail(config, template, { ...params, ...JSON.parse(opened) });
}

async function send(config: Config, claimed: ClaimedMail, body: Mail | null): Promise<Result> {
  const { id, template, recipient, attempts, created_at } = claimed;
  // A Worker of another release, or with another set of keys, may be able to.
  if (!body) {
    return {
      id,
      outcome: "retry",
      retry_in_ms: pause(attempts),
      error: `too old, or ${template} is unknown here`,
    };
  }
  const delivery = await deliver(config, recipient, body, `outbox-${id}-${created_at}`);
  if (delivery.outcome === "sent") return { id, outcome: "sent" };
  if (delivery.outcome === "refused") return { id, outcome: "failed", error: delivery.error };
  const asked = delivery.quotaExceeded ? quotaPauseMs : (delivery.retryAfterSeconds ?? 0) * 1000;
  return { id, outcome: "retry", retry_in_ms: Math.max(asked, pause(attempts)), error: delivery.error };
}

/** Doubles from half a minute to a quarter of an hour, with jitter, so that retries do not come in herds. */
const pause = (attempts: number) =>
  Math.round(Math.min(longestPauseMs, 30_000 * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2));

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
