// Sending claimed mails: keep the body, send, settle. A claim is a lease, and every try at a mail has the same body and
// the same key: any number of Workers may do this at once, and die in between. Nobody waits for it.
import { sql } from "drizzle-orm";
import type { Config } from "../config.ts";
import { sha256 } from "../crypto/hashes.ts";
import { build, type Database, outcomeOf } from "../db/client.ts";
import { type KeptBody, keepBodies, type NoBody } from "./bodies.ts";
import type { ClaimedMail } from "./claimed-mail.ts";
import { type Delivery, deliver } from "./deliver.ts";

const longestPauseMs = 15 * 60_000;

/** Sends claimed mails, at once, and settles each. Returns what became of each; null: it was not tried. */
export async function sendMails(
  config: Config,
  db: Database,
  mails: ClaimedMail[],
): Promise<(Delivery | null)[]> {
  const bodies = await keepBodies(config, db, mails);
  const tried = await Promise.all(
    mails.map(async (mail, i) => {
      const body = bodies[i] ?? "over";
      const delivery = typeof body === "string" ? body : await send(config, mail, body);
      return { mail, delivery, result: resultOf(mail, delivery) };
    }),
  );
  // Settling locks invites: in their order, like everybody who locks several.
  tried.sort((one, other) => inviteOf(one.mail) - inviteOf(other.mail));
  const settled = await db.run(
    tried.map(({ result }) =>
      build.execute<{ outcome: string }>(
        sql`select app.settle_mail(${JSON.stringify(result)}::jsonb) as outcome`,
      ),
    ),
  );
  // Somebody waits for each of these. To whom it should have gone stands in the row, and not in the log.
  for (const [i, { mail, result }] of tried.entries()) {
    if (settled[i] && outcomeOf(settled[i]) === "failed") {
      const line = { mail_id: mail.id, template: mail.template, reason: result.error ?? "out of time" };
      console.error(JSON.stringify({ level: "error", event: "mail_failed", ...line }));
    }
  }
  return tried.map(({ delivery }) => (typeof delivery === "string" ? null : delivery));
}

const inviteOf = ({ params }: ClaimedMail) => Number(params.invite_id ?? 0);

/** The key is of this very body: another one under the same key would be refused. */
const send = async (config: Config, { id, recipient }: ClaimedMail, { mail, kept }: KeptBody) =>
  deliver(config, recipient, mail, `outbox-${id}-${await sha256(kept)}`);

type Result = { id: number; outcome: "sent" | "retry" | "failed"; retry_in_ms?: number; error?: string };

function resultOf({ id, template, attempts }: ClaimedMail, delivery: Delivery | NoBody): Result {
  const retry = { id, outcome: "retry", retry_in_ms: pause(attempts) } as const;
  if (delivery === "over") return retry;
  // A Worker of another release, or with another set of keys, may be able to.
  if (delivery === "unknown") return { ...retry, error: `${template} is unknown here` };
  if (delivery.outcome === "sent") return { id, outcome: "sent" };
  const { error } = delivery;
  if (delivery.outcome === "refused") return { id, outcome: "failed", error };
  return { ...retry, retry_in_ms: Math.max(delivery.retryAfterMs, retry.retry_in_ms), error };
}

/** Doubles from half a minute to a quarter of an hour, with jitter, so that retries do not come in herds. */
const pause = (attempts: number) =>
  Math.round(Math.min(longestPauseMs, 30_000 * 2 ** (attempts - 1)) * (0.75 + Math.random() / 2));
