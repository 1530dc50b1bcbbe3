// The mails that a request's transaction wrote: sent right after its response, and shown to nobody else.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { build, outcomeOf } from "../src/db/client.ts";
import { asUser } from "../src/db/tenant.ts";
import { postedMails } from "../src/emails/posted-mails.ts";
import { ask } from "./support/app.ts";
import { callerOf, database, joins } from "./support/callers.ts";
import { mailRow, provider, signUpWith } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, signedIn } from "./support/people.ts";

test("a mail that a trigger wrote is sent right after the response, once", async () => {
  const [boss, person] = [await signedIn(), await signedIn({ email: newEmail("member") })];
  await joins(person, boss.org_id);
  const before = await mailsTo(person.email);
  const member = `/organizations/${boss.org_id}/members/${person.user_id}`;
  const change = { method: "PATCH", json: { role: "admin" }, token: boss.access };
  expect((await ask(member, change)).status).toBe(200);
  expect(await mailsTo(person.email)).toHaveLength(before.length + 1);
  expect((await ask(member, { method: "DELETE", token: boss.access })).status).toBe(204);
  expect(await mailsTo(person.email)).toHaveLength(before.length + 2);
  const rows = await owner(
    "select template, attempts, sent_at from outbox where recipient = $1 order by id",
    [person.email],
  );
  expect(rows.slice(-2)).toEqual([
    { template: "role-changed", attempts: 1, sent_at: expect.any(String) },
    { template: "removed", attempts: 1, sent_at: expect.any(String) },
  ]);
});

test("a transaction sees the mails that it wrote itself, whatever the setting says", async () => {
  const [boss, person] = [await signedIn(), await signedIn()];
  await joins(person, boss.org_id);
  const victim = await signUpWith(provider("fails").settings);
  const { id } = await mailRow(victim);
  const signed = { db: database(), caller: callerOf(boss) };
  const forge = build.execute(
    sql`select set_config('app.mail_ids', ${`${id},${Number(id) + 1}`}::text, true)`,
  );
  const remove = build.execute(
    sql`delete from member where org_id = ${boss.org_id}::integer and user_id = ${person.user_id}::integer`,
  );

  const [, forged] = await asUser(signed, [forge, postedMails()]);
  expect(outcomeOf(forged)).toEqual([]);
  const [, , own] = await asUser(signed, [forge, remove, postedMails()]);
  expect(outcomeOf(own)).toMatchObject([{ template: "removed", recipient: person.email, attempts: 1 }]);
  const [later] = await asUser(signed, [postedMails()]);
  expect(outcomeOf(later)).toEqual([]);
});
