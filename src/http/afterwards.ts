// Work after the response, which it never delays or fails. It is a nudge: the cron does what a killed Worker left.
import { Database } from "../db/client.ts";
import type { ClaimedMail } from "../emails/claimed-mail.ts";
import { sendClaimedMails } from "../emails/sweep.ts";
import type { AppEnv } from "./context.ts";
import { logError } from "./log.ts";

type Request = { var: AppEnv["Variables"]; executionCtx: { waitUntil(work: Promise<unknown>): void } };

/** Sends what this request wrote and claimed, be it nothing, one mail or several. */
export function sendAfterwards(c: Request, mails: ClaimedMail | ClaimedMail[] | null): void {
  const written = [mails ?? []].flat();
  if (written.length === 0) return;
  const { config, db, requestId } = c.var;
  const background = new Database(config, db.origin, { background: true });
  const sending = sendClaimedMails(config, background, written);
  c.executionCtx.waitUntil(sending.catch((error) => logError("mail", error, { request_id: requestId })));
}
