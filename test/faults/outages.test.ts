// A thousand sign-ups and invites while the provider fails in every way it can, and the Worker dies: no mail is lost,
// none goes out twice, and nobody waits for it.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { toLines, violations } from "../../scripts/invariants/run.ts";
import { cause, expectOneMailEach, type Inviter, mailsOf, newInviter, signUp, tokenIn } from "./causes.ts";
import { openScene, type Scene } from "./scene.ts";

let scene: Scene;
let inviter: Inviter;
const minute = 60_000;

beforeAll(async () => {
  scene = await openScene();
  inviter = await newInviter(scene);
}, 120_000);
afterAll(() => scene.close());
beforeEach(() => scene.inbox.setFault(null));

const undelivered = async (emails: string[]) => {
  const mails = await mailsOf(scene);
  return emails.filter((email) => !mails.has(email));
};
const settled = (emails: string[]) =>
  expect
    .poll(
      () =>
        scene.query(
          "select id from outbox where recipient = any ($1) and sent_at is null and failed_at is null and last_error is null",
          [emails],
        ),
      { timeout: 20_000 },
    )
    .toEqual([]);

test("it answers 429 and says when to come back", async () => {
  scene.inbox.setFault({ status: 429, retryAfter: 120 });
  const emails = await cause(scene, inviter, 200);
  await settled(emails);
  const early = "recipient = any ($1) and next_attempt_at < created_at + 120000";
  expect(await scene.query(`select id from outbox where ${early}`, [emails])).toEqual([]);
  await scene.advance(5 * minute);
  await scene.cron(5);
  expect(await undelivered(emails)).toHaveLength(200);
  scene.inbox.setFault(null);
  await scene.drain();
  await expectOneMailEach(scene, emails);
}, 120_000);

test("it answers 500", async () => {
  scene.inbox.setFault({ status: 500 });
  const emails = await cause(scene, inviter, 200);
  await settled(emails);
  for (let i = 0; i < 3; i += 1) {
    await scene.advance(20 * minute);
    await scene.cron(5);
  }
  expect(await undelivered(emails)).toHaveLength(200);
  scene.inbox.setFault(null);
  await scene.drain();
  await expectOneMailEach(scene, emails);
}, 120_000);

test("it takes every mail, and its answers are lost", async () => {
  scene.inbox.setFault("lost");
  const emails = await cause(scene, inviter, 200);
  await settled(emails);
  expect(await undelivered(emails)).toEqual([]);
  for (let i = 0; i < 3; i += 1) {
    await scene.advance(20 * minute);
    await scene.cron(5);
  }
  const [{ n }] = await scene.query(
    "select count(*)::int as n from outbox where recipient = any ($1) and sent_at > 0",
    [emails],
  );
  expect(n).toBe(0);
  scene.inbox.setFault(null);
  await scene.drain();
  await expectOneMailEach(scene, emails);
}, 120_000);

test("nobody listens for an hour", async () => {
  await scene.inbox.close();
  const emails = await cause(scene, inviter, 200);
  await settled(emails);
  for (let i = 0; i < 12; i += 1) {
    await scene.advance(5 * minute);
    await scene.cron(3);
  }
  const { body } = await scene.ask("/health");
  expect(body.oldest_unsent_mail_ms).toBeGreaterThanOrEqual(60 * minute);
  await scene.inbox.reopen();
  expect(await undelivered(emails)).toHaveLength(200);
  await scene.drain();
  await expectOneMailEach(scene, emails);
  expect((await scene.ask("/health")).body.oldest_unsent_mail_ms).toBeNull();
  // A link that was an hour late works, if it has not expired.
  const late = (await mailsOf(scene)).get(emails.find((email) => email.startsWith("new")) ?? "");
  expect((await scene.ask("/verify-email", { token: tokenIn(late?.[0]) })).status).toBe(200);
}, 120_000);

test("it never answers: responses do not wait for it, and a Worker killed meanwhile loses nothing", async () => {
  scene.inbox.setFault("hang");
  const emails = [await signUp(scene)];
  // The response is here, and the provider still holds the mail.
  await expect.poll(() => scene.inbox.held()).toBe(1);
  emails.push(...(await cause(scene, inviter, 119)));
  await expect.poll(() => scene.inbox.held(), { timeout: 5_000 }).toBe(120);
  await scene.kill();
  await scene.restart();
  scene.inbox.setFault(null);
  expect(await undelivered(emails)).toHaveLength(120);
  await scene.advance(minute);
  await scene.drain();
  await expectOneMailEach(scene, emails);
}, 120_000);

test("the Worker is killed between the commit and the sending", async () => {
  scene.inbox.setFault("hang"); // Nothing gets out, however late the kill comes.
  scene.neon.delayMs = 1_500;
  const emails = await cause(scene, inviter, 80);
  await scene.kill();
  scene.neon.delayMs = 0;
  scene.inbox.setFault(null);
  // Of the last ones nobody has got to the rendering.
  const untouched = "recipient = any ($1) and body is null and sent_at is null and attempts = 1";
  expect(await scene.query(`select id from outbox where ${untouched}`, [emails])).not.toEqual([]);
  expect(await undelivered(emails)).toHaveLength(80);
  await scene.restart();
  await scene.advance(minute);
  await scene.drain();
  await expectOneMailEach(scene, emails);
}, 120_000);

test("all in all, each row of the outbox is one mail in the mailbox", async () => {
  await scene.drain();
  const rows = await scene.query(
    'select recipient, count(*)::int as n from outbox group by 1 order by recipient collate "C"',
  );
  const mails = [...(await mailsOf(scene))].map(([recipient, { length: n }]) => ({ recipient, n }));
  expect(rows.length).toBeGreaterThan(0);
  expect(mails.sort((a, b) => (a.recipient < b.recipient ? -1 : 1))).toEqual(rows);
});

test("and everything is true of the database that always should be", async () => {
  expect(toLines(await violations(scene.owner))).toEqual([]);
});
