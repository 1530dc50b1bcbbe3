// What an invite tells about its mail.
import { expect, test } from "vitest";
import { ask, type Body } from "./support/app.ts";
import { mailRow, type Provider, provider, tryAgain } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, type SignedIn, signedIn } from "./support/people.ts";

async function inviter(): Promise<SignedIn> {
  const person = await signedIn();
  await owner(`update "user" set email_verified_at = app.now_ms() where id = $1`, [person.user_id]);
  return person;
}

async function invite({ org_id, access }: SignedIn, email: string, resend?: Provider): Promise<Body> {
  const { status, body } = await ask(`/organizations/${org_id}/invites`, {
    ...{ json: { email, role: "member", expires_in: 3600 }, token: access },
    ...(resend && { settings: resend.settings }),
  });
  expect(status).toBe(201);
  return body;
}

async function delivery({ org_id, access }: SignedIn): Promise<Body> {
  const { body } = await ask(`/organizations/${org_id}/invites`, { token: access });
  expect(body.data).toHaveLength(1);
  const { delivery_state, delivery_error } = body.data[0];
  return { delivery_state, delivery_error };
}

test("an invite is queued, with the last error, until its mail is sent", async () => {
  const person = await inviter();
  const email = newEmail("invited");
  const made = await invite(person, email, provider("fails"));
  expect(made).toMatchObject({ delivery_state: "queued", delivery_error: null });
  expect(await delivery(person)).toEqual({
    delivery_state: "queued",
    delivery_error: "500 internal_server_error",
  });
  await tryAgain(email);
  expect(await mailsTo(email)).toHaveLength(1);
  expect(await delivery(person)).toEqual({ delivery_state: "sent", delivery_error: null });
  // Telling it is no change that anybody made.
  const trail = await owner(
    "select action from audit_event where org_id = $1 and target_type = 'invite' order by id",
    [person.org_id],
  );
  expect(trail.map(({ action }) => action)).toEqual(["invite.created"]);
});

test("a bad address is shown on the invite", async () => {
  const person = await inviter();
  await invite(person, newEmail("b".repeat(65)));
  expect(await delivery(person)).toEqual({
    delivery_state: "failed",
    delivery_error: "422 validation_error",
  });
});

test("out of time is shown on the invite, with what was wrong last", async () => {
  const person = await inviter();
  const email = newEmail("invited");
  await invite(person, email, provider("no-key"));
  await owner("update outbox set created_at = created_at - 86400000 where recipient = $1", [email]);
  await tryAgain(email);
  expect(await mailsTo(email)).toEqual([]);
  expect(await delivery(person)).toEqual({ delivery_state: "failed", delivery_error: "401 missing_api_key" });
});

test("sent again, it tells of the newest mail alone", async () => {
  const person = await inviter();
  const email = newEmail("invited");
  const { invite_id } = await invite(person, email, provider("fails"));
  const older = await mailRow(email);
  const path = `/organizations/${person.org_id}/invites/${invite_id}/resend`;
  const again = { method: "POST", token: person.access, settings: provider("no-key").settings };
  expect((await ask(path, again)).status).toBe(202);
  expect(await delivery(person)).toEqual({ delivery_state: "queued", delivery_error: "401 missing_api_key" });
  const withdrawn = { failed_at: expect.any(String), last_error: "withdrawn", secrets: null, body: null };
  expect((await owner("select * from outbox where id = $1", [older.id]))[0]).toMatchObject(withdrawn);
  // Its sender had it in hand just then, and comes to settle it.
  await owner("update outbox set failed_at = null where id = $1", [older.id]);
  const sent = JSON.stringify({ id: Number(older.id), outcome: "sent" });
  expect(await owner("select app.settle_mail($1::jsonb) as outcome", [sent])).toEqual([{ outcome: "sent" }]);
  expect(await delivery(person)).toEqual({ delivery_state: "queued", delivery_error: "401 missing_api_key" });
});
