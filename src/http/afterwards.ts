// Work after the response, which it never delays or fails. It is a nudge: the cron does what a killed Worker left.
import { Database } from "../db/client.ts";
import { sendDueMails } from "../emails/outbox.ts";
import type { AppEnv } from "./context.ts";
import { logError, logFailedMails } from "./log.ts";

type Request = { var: AppEnv["Variables"]; executionCtx: { waitUntil(work: Promise<unknown>): void } };

/** Sends the mails that this request wrote. */
export function sendAfterwards(c: Request, ...mailIds: (number | null | undefined)[]): void {
  const ids = mailIds.filter((id) => id !== null && id !== undefined);
  if (ids.length === 0) return;
  const { config, db, requestId } = c.var;
  const background = new Database(config, db.origin, { background: true });
  const sending = sendDueMails(config, background, ids).then(({ failed }) => logFailedMails(failed));
  c.executionCtx.waitUntil(sending.catch((error) => logError("mail", error, { request_id: requestId })));
}
