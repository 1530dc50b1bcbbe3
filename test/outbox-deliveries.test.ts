// One mail and its provider: what each answer means, and that all tries at a mail are one and the same to Resend.
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { app } from "../src/app.ts";
import { type Delivery, retryAfterMs } from "../src/emails/deliver.ts";
import { restAfter } from "../src/emails/sweep.ts";
import { bindings } from "./support/app.ts";
import { captureLog } from "./support/log.ts";
import { mailRow, provider, providerAway, signUpWith, tryAgain } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail } from "./support/people.ts";

test.each([
  ["bad-address", "422 validation_error"],
  ["bad-field", "400 validation_error"],
])(
  "%s is final: the mail is marked failed, its secrets erased, and the log says so",
  async (answer, error) => {
    const log = captureLog();
    const email = await signUpWith(provider(answer).settings);
    vi.restoreAllMocks();
    const row = await mailRow(email);
    expect(row).toMatchObject({
      ...{ sent_at: null, failed_at: expect.any(String), last_error: error },
      ...{ secrets: null, body: null, attempts: 1 },
    });
    const lines = log().filter((line) => line.includes("mail_failed"));
    const told = { mail_id: Number(row.id), template: "verify-email", reason: error };
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: "error", event: "mail_failed", ...told },
    ]);
  },
);

test("an address that the mailbox refuses is such a one", async () => {
  const email = newEmail("a".repeat(65));
  await signUpWith({}, email);
  expect(await mailRow(email)).toMatchObject({
    failed_at: expect.any(String),
    last_error: "422 validation_error",
  });
});

test.each([
  ["bad-key", "400 validation_error"],
  ["no-key", "401 missing_api_key"],
  ["bad-domain", "403 validation_error"],
  ["used-key", "409 concurrent_idempotent_requests"],
  ["no-quota", "429 daily_quota_exceeded"],
  ["429", "429 rate_limit_exceeded"],
  ["fails", "500 internal_server_error"],
  ["talks-of-people", "500"],
  ["bad-gateway", "502 application_error"],
  ["fails-with-null", "no answer"],
  ["sign-in-page", "no answer application_error"],
  ["takes-nothing", "no answer"],
  ["hangs-up", "no answer application_error"],
  ["takes-and-hangs-up", "no answer application_error"],
])("%s may pass: the mail waits, sealed, and goes out once", async (answer, error) => {
  const resend = provider(answer, "takes");
  const before = Date.now();
  const email = await signUpWith(resend.settings);
  const row = await mailRow(email);
  expect(row).toMatchObject({ sent_at: null, failed_at: null, last_error: error });
  for (const sealed of [row.secrets, row.body]) expect(sealed).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(JSON.stringify(row.params)).not.toContain("token");
  const wait = Number(row.next_attempt_at) - before;
  expect(wait).toBeGreaterThan(answer === "no-quota" ? 3_599_000 : 20_000);
  expect(wait).toBeLessThan(answer === "no-quota" ? 3_620_000 : 60_000);

  await tryAgain(email, resend.settings);
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await mailRow(email)).toMatchObject({
    ...{ sent_at: expect.any(String), failed_at: null, last_error: null, secrets: null, body: null },
  });
  const [first, second, ...more] = await resend.calls();
  expect(more).toEqual([]);
  expect(second).toMatchObject({ key: first?.key, body: first?.body });
});

test("a mail whose clock was moved is the same to the provider, and no other mail is", async () => {
  const resend = provider("takes-and-hangs-up");
  const email = await signUpWith(resend.settings);
  await owner("update outbox set created_at = created_at - 3600000 where recipient = $1", [email]);
  await tryAgain(email, resend.settings);
  await signUpWith(resend.settings);
  const [first, second, other] = await resend.calls();
  expect(second?.key).toBe(first?.key);
  expect(other?.key).not.toBe(first?.key);
  expect(await mailsTo(email)).toHaveLength(1);
});

test("pauses double up to a quarter of an hour, and no two are alike", async () => {
  const email = await signUpWith(providerAway);
  const pauses: number[] = [];
  for (const attempts of [1, 2, 3, 6, 40]) {
    await owner("update outbox set attempts = $2 where recipient = $1", [email, attempts]);
    const before = Date.now();
    await tryAgain(email, providerAway);
    pauses.push((Number((await mailRow(email)).next_attempt_at) - before) / 1_000);
  }
  for (const [i, seconds] of [30, 60, 120, 900, 900].entries()) {
    expect(pauses[i]).toBeGreaterThan(seconds * 0.75 - 1);
    expect(pauses[i]).toBeLessThan(seconds * 1.25 + 5);
  }
  expect(pauses[3]).not.toBe(pauses[4]);
});

test("the response does not wait for the provider, and nobody waits for one that never answers", async () => {
  const resend = provider("never-answers");
  const email = newEmail("hanging");
  const body = JSON.stringify({ email, password: goodPassword, organization_name: "Acme" });
  const headers = { "content-type": "application/json" };
  const request = new Request("http://127.0.0.1:8787/signup", { method: "POST", headers, body });
  const context = createExecutionContext();
  const { status } = await app.fetch(request, bindings(resend.settings), context);
  expect(status).toBe(201);
  expect((await mailRow(email)).last_error).toBeNull();
  await vi.waitFor(async () => expect(await resend.calls()).toHaveLength(1));
  await waitOnExecutionContext(context); // Held until the try is given up.
  expect(await mailRow(email)).toMatchObject({ sent_at: null, failed_at: null, last_error: "timeout" });
});

const now = Date.UTC(2026, 0, 1);
test.each([
  ["120", 120_000],
  [" 1.5 ", 1_500],
  ["Thu, 01 Jan 2026 00:02:00 GMT", 120_000],
  ["Wed, 31 Dec 2025 23:59:59 GMT", 0],
  ["0", 0],
  ["-5", 0],
  ["soon", 0],
  ["", 0],
  [undefined, 0],
])("retry-after %j is %d ms", (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms);
});

const sent: Delivery = { outcome: "sent" };
const refused: Delivery = { outcome: "refused", error: "" };
const away: Delivery = { outcome: "unavailable", error: "", retryAfterMs: 0 };
const throttled = (retryAfterMs: number): Delivery => ({ outcome: "throttled", error: "", retryAfterMs });
test.each<[string, (Delivery | null)[], number | null]>([
  ["all sent", [sent, sent], 0],
  ["some sent, one away", [sent, away], 0],
  ["all away", [away, away], null],
  ["one refused, the rest away", [refused, away], 0],
  ["none tried", [null, null], 0],
  ["one tried, away", [null, away], null],
  ["throttled for short", [sent, throttled(1_000), throttled(3_000)], 3_000],
  ["all throttled for short", [throttled(1_000), throttled(1_000)], 1_000],
  ["throttled for long", [sent, throttled(60_000)], null],
])("after a group with %s a sweep rests for %s", (_, group, ms) => {
  expect(restAfter(group)).toBe(ms);
});
