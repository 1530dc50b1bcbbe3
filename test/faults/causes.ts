// What causes mails: people who sign up, and people who are invited. Each is to get one mail, and exactly one.
import { expect, vi } from "vitest";
import type { Scene } from "./scene.ts";

export type Inviter = { org_id: number; access: string };
type Mail = { to: string; subject: string; text: string };

const password = "correct horse battery staple";
const run = crypto.randomUUID().slice(0, 8);
let counter = 0;
const newEmail = (name: string) => `${name}-${run}-${++counter}@example.com`;

export async function mailsOf({ inbox }: Scene): Promise<Map<string, Mail[]>> {
  const response = await fetch(`${inbox.url}/inbox.json`);
  const { data } = (await response.json()) as { data: Mail[] };
  return Map.groupBy(data, ({ to }) => to);
}

export const tokenIn = (mail: Mail | undefined) => /token=([\w.%-]+)/.exec(mail?.text ?? "")?.[1];

/** Somebody signs up; answers the address that is to get a mail. */
export async function signUp(scene: Scene): Promise<string> {
  const email = newEmail("new");
  const { status } = await scene.ask("/signup", { email, password, organization_name: "Acme" });
  expect(status).toBe(201);
  return email;
}

/** A verified owner, signed in. */
export async function newInviter(scene: Scene): Promise<Inviter> {
  const email = await signUp(scene);
  const token = await vi.waitFor(async () => {
    const found = tokenIn((await mailsOf(scene)).get(email)?.[0]);
    expect(found).toBeTruthy();
    return found;
  }, 20_000);
  expect((await scene.ask("/verify-email", { token })).status).toBe(200);
  const { status, body } = await scene.ask("/signin", { email, password });
  expect(status).toBe(200);
  const org_id = body.organizations[0].org_id;
  return { org_id, access: body.access_token };
}

async function invite(scene: Scene, { org_id, access }: Inviter): Promise<string> {
  const email = newEmail("invited");
  const json = { email, role: "member", expires_in: 30 * 86_400 };
  const { status } = await scene.ask(`/organizations/${org_id}/invites`, json, access);
  expect(status).toBe(201);
  return email;
}

const atOnce = 20;

/** So many sign-ups and invites, half and half, twenty at once; answers whom they concern. */
export async function cause(scene: Scene, inviter: Inviter, count: number): Promise<string[]> {
  const emails: string[] = [];
  let left = count;
  const one = async () => {
    while (left > 0) {
      left -= 1;
      emails.push(await (left % 2 === 0 ? signUp(scene) : invite(scene, inviter)));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return emails;
}

/** Each of these people has one mail, with a link of its own; their rows are sent and hold no secret any more. */
export async function expectOneMailEach(scene: Scene, emails: string[]): Promise<void> {
  const mails = await mailsOf(scene);
  const counts = Object.groupBy(emails, (email) => `${mails.get(email)?.length ?? 0} mails`);
  expect(Object.keys(counts)).toEqual(["1 mails"]);
  const tokens = new Set(emails.map((email) => tokenIn(mails.get(email)?.[0])));
  expect(tokens.size).toBe(emails.length);
  const rows = await scene.query(
    `select count(*)::int as rows, count(distinct recipient)::int as people, count(sent_at)::int as sent,
       count(failed_at)::int as failed, count(secrets)::int + count(body)::int as secrets
     from outbox where recipient = any ($1)`,
    [emails],
  );
  const all = emails.length;
  expect(rows).toEqual([{ rows: all, people: all, sent: all, failed: 0, secrets: 0 }]);
}
