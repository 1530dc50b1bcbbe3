// Work after the response, which it never delays or fails. It is a nudge: the cron does what a killed Worker left.
import { Database } from "../db/client.ts";
import { type ClaimedMail, sendMails } from "../emails/outbox.ts";
import type { AppEnv } from "./context.ts";
import { logError } from "./log.ts";

type Request = { var: AppEnv["Variables"]; executionCtx: { waitUntil(work: Promise<unknown>): void } };

/** Sends the mail that this request wrote and claimed, if it wrote one. */
export function sendAfterwards(c: Request, mail: ClaimedMail | null): void {
  if (mail === null) return;
  const { config, db, requestId } = c.var;
  const background = new Database(config, db.origin, { background: true });
  const sending = sendMails(config, background, [mail]);
  c.executionCtx.waitUntil(sending.catch((error) => logError("mail", error, { request_id: requestId })));
}
