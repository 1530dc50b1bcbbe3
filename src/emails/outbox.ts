// Sending what waits in the outbox: claim (a lease), render once and keep the body, send, settle. Any number of
// Workers may do this at once. Nobody waits for it: it runs after the response, and each minute from the cron.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { seal, unseal } from "../crypto/tokens.ts";
import { build, type Database } from "../db/client.ts";
import type { JsonObject } from "../db/schema.ts";
import { deliver } from "./deliver.ts";
import { type Rendered, renderMail } from "./templates.ts";

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
const batchSize = 20;
/** Resend takes five requests a second; four groups of these end well within the lease, timeouts included. */
const atOnce = 5;
const longestPauseMs = 15 * 60_000;

/** Seals what a mail's link needs, for the row. */
export const sealMailSecrets = (config: Config, secrets: { token: string }): Promise<string> =>
  seal(config.SEALING_KEYS, "mail-secrets", JSON.stringify(secrets));

/** Sends the mails that are due, at most 20, or of these only the given ones. Returns how many were claimed. */
export async function sendDueMails(
  config: Config,
  db: Database,
  ids: number[] | null = null,
): Promise<number> {
  const [claimed] = await db.run([
    build.execute<Claimed>(
      sql`select * from app.claim_mails(${sql.param(ids)}::bigint[], ${batchSize}, ${leaseMs})`,
    ),
  ]);
  if (claimed.rows.length === 0) return 0;

  const bodies = await keepBodies(config, db, claimed.rows);
  const results: Result[] = [];
  for (let i = 0; i < claimed.rows.length; i += atOnce) {
    const group = claimed.rows.slice(i, i + atOnce);
    results.push(...(await Promise.all(group.map((mail, j) => send(config, mail, bodies[i + j] ?? null)))));
  }
  await db.run(
    results.map((result) => build.execute(sql`select app.settle_mail(${JSON.stringify(result)}::jsonb)`)),
  );
  return claimed.rows.length;
}

/** The body of each mail, rendered now or by an earlier sender; null for one that cannot be rendered any more. */
async function keepBodies(config: Config, db: Database, mails: Claimed[]): Promise<(Rendered | null)[]> {
  const rendered = await Promise.all(mails.map((mail) => sealedBody(config, mail)));
  const kept = await db.run(
    mails.map((mail, i) =>
      build.execute<{ body: string | null }>(
        sql`select app.keep_mail_body(${mail.id}::bigint, ${rendered[i] ?? null}::text) as body`,
      ),
    ),
  );
  return Promise.all(
    kept.map(async ({ rows }) => {
      const body = rows[0]?.body ? await unseal(config.SEALING_KEYS, "mail-body", rows[0].body) : null;
      return body === null ? null : (JSON.parse(body) as Rendered);
    }),
  );
}

async function sealedBody(
  config: Config,
  { template, params, secrets, body }: Claimed,
): Promise<string | null> {
  if (body !== null) return body;
  const opened = secrets === null ? "{}" : await unseal(config.SEALING_KEYS, "mail-secrets", secrets);
  if (opened === null) return null;
  const sender = { appName: config.APP_NAME, publicUrl: config.PUBLIC_URL };
  const rendered = await renderMail(template, { ...params, ...JSON.parse(opened) }, sender);
  return seal(config.SEALING_KEYS, "mail-body", JSON.stringify(rendered));
}

async function send(config: Config, mail: Claimed, body: Rendered | null): Promise<Result> {
  if (!body) return { id: mail.id, outcome: "failed", error: "sealed with a key that is gone" };
  const delivery = await deliver(config, mail.recipient, body, `outbox-${mail.id}-${mail.created_at}`);
  if (delivery.outcome === "sent") return { id: mail.id, outcome: "sent" };
  if (delivery.outcome === "refused") return { id: mail.id, outcome: "failed", error: delivery.error };
  const asked = (delivery.retryAfterSeconds ?? 0) * 1000;
  return {
    id: mail.id,
    outcome: "retry",
    retry_in_ms: Math.max(asked, pause(mail.attempts)),
    error: delivery.error,
  };
}

/** Doubles from half a minute to a quarter of an hour, with jitter, so that retries do not come in herds. */
const pause = (attempts: number) =>
  Math.round(Math.min(longestPauseMs, 30_000 * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2));
