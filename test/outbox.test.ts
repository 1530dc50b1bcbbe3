// The cron's sweep of the outbox: every mail once, whatever happened to its Worker, and at the provider's pace.
import { env } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { configOf } from "../src/config.ts";
import { Database } from "../src/db/client.ts";
import { sendDueMails } from "../src/emails/sweep.ts";
import { everyMinute } from "../src/jobs/every-minute.ts";
import { bindings } from "./support/app.ts";
import { captureLog } from "./support/log.ts";
import {
  dueNow,
  mailRow,
  type Provider,
  provider,
  providerAway,
  signUpWith,
  writtenEarlier,
} from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo } from "./support/people.ts";

let people: string[] = [];

afterEach(async () => {
  await owner("delete from outbox where recipient = any ($1)", [people]);
  people = [];
});

const cron = (settings = {}) => everyMinute(configOf(bindings(settings)));
const hours = 3_600_000;

/** Somebody who signed up while the provider was away; the mail of it waits, due at once. */
async function waitingMail(): Promise<string> {
  const email = await signUpWith(providerAway);
  people.push(email);
  await dueNow(email);
  return email;
}
const waitingMails = (count: number) => Promise.all(Array.from({ length: count }, waitingMail));

/** What reached the provider of the mails to these people, in order. */
async function callsFor(resend: Provider, emails: string[]) {
  const calls = await resend.calls();
  return calls.filter(({ body }) => emails.includes(JSON.parse(body).to));
}

test("a mail that could not be sent is kept, tried again by the cron, and then sent once", async () => {
  const email = await waitingMail();
  expect(await mailRow(email)).toMatchObject({ sent_at: null, failed_at: null, attempts: 1 });
  expect((await mailRow(email)).last_error).toBeTruthy();
  await cron();
  await dueNow(email);
  await cron();
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await mailRow(email)).toMatchObject({ secrets: null, body: null, last_error: null, attempts: 2 });
});

test("ten overlapping runs of the cron send each mail once, and none twice", async () => {
  const emails = await waitingMails(12);
  await Promise.all(Array.from({ length: 10 }, () => cron()));
  for (const email of emails) {
    expect(await mailsTo(email)).toHaveLength(1);
    expect((await mailRow(email)).attempts).toBe(2);
  }
});

test("a Worker killed between claim and settlement costs a delay, and doubles nothing", async () => {
  const email = await waitingMail();
  const row = await mailRow(email);
  await owner("update outbox set next_attempt_at = app.now_ms() + 60000 where id = $1", [row.id]);
  await cron();
  expect(await mailsTo(email)).toHaveLength(0); // leased
  await dueNow(email);
  await cron();
  // It was sent, but nobody could write that down:
  await owner(
    "update outbox set sent_at = null, next_attempt_at = 0, body = $2, secrets = $3 where id = $1",
    [row.id, row.body, row.secrets],
  );
  await cron();
  expect(await mailsTo(email)).toHaveLength(1);
  expect((await mailRow(email)).sent_at).not.toBeNull();
});

test("a mail that this release cannot render waits, and keeps none of the others", async () => {
  const odd = `odd-${crypto.randomUUID()}@example.com`;
  people.push(odd);
  await owner("select app.post_mail('of-a-newer-release', $1, '{}')", [odd]);
  await dueNow(odd);
  const emails = await waitingMails(6);
  await cron();
  for (const email of emails) expect(await mailsTo(email)).toHaveLength(1);
  const waits = { sent_at: null, failed_at: null, last_error: "of-a-newer-release is unknown here" };
  expect(await mailRow(odd)).toMatchObject(waits);
});

test.each([
  ["that nobody could send", providerAway],
  ["that may have gone out unnoticed, though the provider is back,", {}],
])("after 24 hours a mail %s is given up, in one error line without address or link", async (_, settings) => {
  const email = await waitingMail();
  const before = await mailRow(email);
  await writtenEarlier(24 * hours, email);
  const log = captureLog();
  await cron(settings);
  await dueNow(email);
  await cron(settings);
  const lines = log().filter((line) => line.includes("mail_failed"));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: "error",
      event: "mail_failed",
      mail_id: Number(before.id),
      template: "verify-email",
      reason: "out of time",
    },
  ]);
  expect(await mailsTo(email)).toEqual([]);
  expect(await mailRow(email)).toMatchObject({
    ...{ sent_at: null, failed_at: expect.any(String), secrets: null, body: null },
    last_error: before.last_error,
  });
});

test("up to then it is tried, the last time a few minutes before", async () => {
  const email = await waitingMail();
  await writtenEarlier(24 * hours - 6 * 60_000, email);
  await cron(provider("429;3600").settings);
  const row = await mailRow(email);
  expect(Number(row.next_attempt_at) - Number(row.created_at)).toBe(24 * hours - 3 * 60_000);
  await writtenEarlier(4 * 60_000, email);
  await dueNow(email);
  const log = captureLog();
  await cron(provider("fails").settings);
  expect(await mailRow(email)).toMatchObject({
    failed_at: expect.any(String),
    last_error: "500 internal_server_error",
  });
  expect(log().filter((line) => line.includes('"reason":"500 internal_server_error"'))).toHaveLength(1);
});

test.each([
  ["fails", null],
  ["hangs-up", null],
  ["429;120", 120_000],
  ["no-quota", 3_600_000],
])("while the provider answers %s, a sweep ends after one group", async (answer, asked) => {
  const resend = provider(answer);
  const emails = await waitingMails(12);
  await cron(resend.settings);
  expect(await callsFor(resend, emails)).toHaveLength(5);
  const rows = await Promise.all(emails.map(mailRow));
  const tried = rows.filter(({ attempts }) => attempts === 2);
  expect(tried).toHaveLength(5);
  for (const { next_attempt_at } of tried)
    expect(Number(next_attempt_at)).toBeGreaterThan(Date.now() + (asked ?? 30_000) - 5_000);
  // The next minute goes on.
  await cron();
  for (const [i, email] of emails.entries())
    expect(await mailsTo(email)).toHaveLength(rows[i]?.attempts === 2 ? 0 : 1);
});

test("told to wait for two seconds, a sweep waits and goes on", async () => {
  const resend = provider("429;2", "takes");
  const emails = await waitingMails(7);
  await cron(resend.settings);
  const calls = await callsFor(resend, emails);
  expect(calls).toHaveLength(7);
  expect((calls[5]?.at ?? 0) - (calls[4]?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  const sent = await Promise.all(emails.map((email) => mailsTo(email)));
  expect(sent.flat()).toHaveLength(6);
});

test("a sweep begins nothing once its time is over", async () => {
  const email = await waitingMail();
  const db = new Database(configOf(env), { requestId: "test", ip: "" });
  await sendDueMails(configOf(env), db, Date.now() - 1);
  expect((await mailRow(email)).attempts).toBe(1);
});

test("a sender that comes late puts nothing back into a mail that is settled", async () => {
  const email = await waitingMail();
  await cron();
  const row = await mailRow(email);
  const [kept] = await owner("select app.keep_mail_body($1, 'late') as answer", [row.id]);
  expect(kept?.answer).toEqual({ over: true, body: null });
  const late = JSON.stringify({ id: Number(row.id), outcome: "retry" });
  const [settled] = await owner("select app.settle_mail($1::jsonb) as outcome", [late]);
  expect(settled?.outcome).toBe("settled before");
  expect(await mailRow(email)).toEqual(row);
});

test("what a run of the cron removes at a time is bounded, and it comes back for the rest", async () => {
  const subject = `pruned ${crypto.randomUUID()}`;
  await owner(
    "insert into attempt (subject, attempted_at, last_at) select $1 || n, '{}', n from generate_series(1, 2500) n",
    [subject],
  );
  await cron();
  expect(await owner("select subject from attempt where subject like $1", [`${subject}%`])).toEqual([]);
});
