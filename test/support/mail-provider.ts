// Resend as it answers on a bad day, for one test, and the mails of the outbox in whatever state a test needs.
import { env } from "cloudflare:test";
import { inject } from "vitest";
import { configOf } from "../../src/config.ts";
import { Database } from "../../src/db/client.ts";
import type { ClaimedMail } from "../../src/emails/claimed-mail.ts";
import { sendMails } from "../../src/emails/outbox.ts";
import { ask, type Body, bindings } from "./app.ts";
import { owner } from "./owner.ts";
import { goodPassword, newEmail } from "./people.ts";

type Settings = Record<string, string>;
type Call = { key: string; body: string; at: number };
export type Provider = { settings: Settings; calls(): Promise<Call[]> };

/** A provider that gives these answers (test/support/broken-resend.ts), one after the other, then the last again. */
export function provider(...answers: string[]): Provider {
  const name = crypto.randomUUID();
  const url = inject("brokenResendUrl");
  return {
    settings: { LOCAL_RESEND_URL: `${url}/${encodeURIComponent(answers.join(","))}/${name}` },
    calls: async () => (await fetch(`${url}/calls/${name}`)).json(),
  };
}

/** Nobody listens there. */
export const providerAway = { LOCAL_RESEND_URL: "http://127.0.0.1:1" };

/** Signs somebody up, whose verification mail meets this provider. */
export async function signUpWith(settings: Settings, email = newEmail("waiting")): Promise<string> {
  const json = { email, password: goodPassword, organization_name: "Acme" };
  const { status } = await ask("/signup", { json, settings });
  if (status !== 201) throw new Error(`sign-up answered ${status}`);
  return email;
}

/** The outbox's row of somebody who got one mail. */
export async function mailRow(email: string): Promise<Body> {
  const [row, ...more] = await owner("select * from outbox where recipient = $1", [email]);
  if (!row || more.length > 0) throw new Error(`${more.length + (row ? 1 : 0)} mails to ${email}`);
  return row;
}

/** The mails of these people are due at once. */
export const dueNow = (...emails: string[]) =>
  owner("update outbox set next_attempt_at = 0 where recipient = any ($1)", [emails]);

/** They were written so much earlier. */
export const writtenEarlier = (ms: number, ...emails: string[]) =>
  owner("update outbox set created_at = created_at - $2::bigint where recipient = any ($1)", [emails, ms]);

/** One try at this person's mail, as the Worker that has claimed it makes it. */
export async function tryAgain(email: string, settings: Settings = {}): Promise<void> {
  const [row] = await owner("select app.mail_of(o) as mail from outbox o where recipient = $1", [email]);
  const config = configOf(bindings(settings));
  const db = new Database(configOf(env), { requestId: "test", ip: "" }, { background: true });
  await sendMails(config, db, [row?.mail as ClaimedMail]);
}
