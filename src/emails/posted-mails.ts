// The mails that a transaction has written so far, by its flows and by its triggers: the last statement of a batch
// that may cause some. They are claimed already; whoever ran the batch sends them after the response.
import { sql } from "drizzle-orm";
import { build } from "../db/client.ts";
import type { ClaimedMail } from "./claimed-mail.ts";

export const postedMails = () =>
  build.execute<{ outcome: ClaimedMail[] }>(sql`select app.posted_mails() as outcome`);
