// Mails: written with their cause, sent once, whatever happens in between.
import { afterEach, expect, test, vi } from "vitest";
import { configOf } from "../src/config.ts";
import { everyMinute } from "../src/jobs/every-minute.ts";
import { ask, bindings } from "./support/app.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail } from "./support/people.ts";

afterEach(() => vi.restoreAllMocks());

const providerAway = { LOCAL_RESEND_URL: "http://127.0.0.1:1" };
const cron = (settings = {}) => everyMinute(configOf(bindings(settings)));
/** Signs up while the provider is away; the mail of it waits, due at once. */
async function waitingMail(): Promise<string> {
  const email = newEmail("waiting");
  const json = { email, password: goodPassword, organization_name: "Acme" };
  expect((await ask("/signup", { json, settings: providerAway })).status).toBe(201);
  await dueNow(email);
  return email;
}
const dueNow = (email: string) =>
  owner("update outbox set next_attempt_at = 0 where recipient = $1", [email]);
const rowOf = async (email: string) => (await owner("select * from outbox where recipient = $1", [email]))[0];

test("a mail that could not be sent is kept, tried again by the cron, and then sent once", async () => {
  const email = await waitingMail();
  expect(await rowOf(email)).toMatchObject({ sent_at: null, failed_at: null, attempts: 1 });
  expect((await rowOf(email))?.last_error).toBeTruthy();
  await cron();
  await dueNow(email);
  await cron();
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await rowOf(email)).toMatchObject({ secrets: null, body: null, last_error: null, attempts: 2 });
});

test("a try that failed comes back later, not at once", async () => {
  const email = newEmail("patient");
  const before = Date.now();
  await ask("/signup", {
    json: { email, password: goodPassword, organization_name: "A" },
    settings: providerAway,
  });
  const wait = Number((await rowOf(email))?.next_attempt_at) - before;
  expect(wait).toBeGreaterThan(20_000);
  expect(wait).toBeLessThan(60_000);
});

test("ten overlapping runs of the cron send it once", async () => {
  const email = await waitingMail();
  await Promise.all(Array.from({ length: 10 }, () => cron()));
  expect(await mailsTo(email)).toHaveLength(1);
  expect((await rowOf(email))?.attempts).toBe(2);
});

test("a Worker killed between claim and settlement costs a delay, and doubles nothing", async () => {
  const email = await waitingMail();
  const row = await rowOf(email);
  await owner("update outbox set next_attempt_at = app.now_ms() + 60000 where id = $1", [row?.id]);
  await cron();
  expect(await mailsTo(email)).toHaveLength(0); // leased
  await dueNow(email);
  await cron();
  // It was sent, but nobody could write that down:
  await owner(
    "update outbox set sent_at = null, next_attempt_at = 0, body = $2, secrets = $3 where id = $1",
    [row?.id, row?.body, row?.secrets],
  );
  await cron();
  expect(await mailsTo(email)).toHaveLength(1);
  expect((await rowOf(email))?.sent_at).not.toBeNull();
});

test("a mail that this release cannot render waits, and keeps none of the others", async () => {
  const odd = newEmail("odd");
  await owner("select app.post_mail('of-a-newer-release', $1, '{}')", [odd]);
  await dueNow(odd);
  const email = await waitingMail();
  await cron();
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await rowOf(odd)).toMatchObject({
    sent_at: null,
    failed_at: null,
    last_error: "too old, or of-a-newer-release is unknown here",
  });
  await owner("delete from outbox where recipient = $1", [odd]);
});

test("after 23 hours it is given up, and the log says so", async () => {
  const email = await waitingMail();
  await owner("update outbox set created_at = created_at - 24 * 3600000 where recipient = $1", [email]);
  const lines = vi.spyOn(console, "error").mockReturnValue();
  await cron(providerAway);
  const row = await rowOf(email);
  expect(row?.failed_at).not.toBeNull();
  expect([row?.secrets, row?.body]).toEqual([null, null]);
  expect(lines.mock.calls.flat().map(String)).toContain(
    JSON.stringify({ level: "error", event: "mail_failed", mail_id: Number(row?.id) }),
  );
});

test("nobody sends a mail again that may have gone out more than 23 hours ago", async () => {
  const email = await waitingMail();
  await owner("update outbox set created_at = created_at - 26 * 3600000 where recipient = $1", [email]);
  vi.spyOn(console, "error").mockReturnValue();
  await cron();
  expect(await mailsTo(email)).toEqual([]);
  expect((await rowOf(email))?.failed_at).not.toBeNull();
});

test("a sender that comes late puts nothing back into a mail that is settled", async () => {
  const email = await waitingMail();
  await cron();
  const row = await rowOf(email);
  const [kept] = await owner("select app.keep_mail_body($1, 'late') as body", [row?.id]);
  expect(kept?.body).toBeNull();
  const late = JSON.stringify({ id: Number(row?.id), outcome: "retry" });
  const [settled] = await owner("select app.settle_mail($1::jsonb) as outcome", [late]);
  expect(settled?.outcome).toBe("settled before");
  expect(await rowOf(email)).toEqual(row);
});

test("what waits in the row is sealed: no token, no text", async () => {
  const email = await waitingMail();
  const row = await rowOf(email);
  expect(row?.secrets).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(row?.body).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(JSON.stringify(row?.params)).not.toContain("token");
});

test("the cron removes what is over, and nothing else", async () => {
  const email = newEmail("pruned");
  await ask("/signup", { json: { email, password: goodPassword, organization_name: "A" } });
  const tokens = [];
  for (let i = 0; i < 3; i += 1) {
    const { body } = await ask("/signin", { json: { email, password: goodPassword } });
    tokens.push(body.access_token);
  }
  await ask("/signin", { json: { email, password: "not the right one" } });
  const [user] = await owner(`select id from "user" where email = $1`, [email]);
  const sessions = await owner("select id from session where user_id = $1 order by id", [user?.id]);
  const day = 86_400_000;
  await owner("update session set expires_at = created_at where id = $1", [sessions[0]?.id]);
  await owner("update session set ended_at = created_at - $2::bigint where id = $1", [sessions[1]?.id, day]);
  await owner("update mail_token set expires_at = created_at where user_id = $1", [user?.id]);
  const subject = "encode(sha256(convert_to($1, 'UTF8')), 'hex')";
  await owner(`update attempt set last_at = last_at - 900000 where subject = ${subject}`, [email]);
  await cron();
  expect(await owner("select id from session where user_id = $1", [user?.id])).toEqual([sessions[2]]);
  expect(await owner("select hash from mail_token where user_id = $1", [user?.id])).toEqual([]);
  expect(await owner(`select subject from attempt where subject = ${subject}`, [email])).toEqual([]);
  expect((await ask("/me", { token: tokens[2] })).status).toBe(200);
  expect((await ask("/me", { token: tokens[1] })).body.code).toBe("session_ended");
});
