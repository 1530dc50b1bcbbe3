// The invites that were sent: withdrawn, sent again. (Listed: invites-list.test.ts.)
import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { confirm, confirmed, invite, inviteFrom, invitesPath, tokenOfMail } from "./support/invitations.ts";
import { providerAway, tryAgain } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, newEmail, type SignedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, memberOf, roleOf, websiteOf } from "./support/tenants.ts";

const path = (person: SignedIn, inviteId: number | string, tail = "") =>
  `${invitesPath(person.org_id)}/${inviteId}${tail}`;
const revoke = (person: SignedIn, id: number | string, of = person) => as(person)(`DELETE ${path(of, id)}`);
const resend = (person: SignedIn, id: number | string, of = person) =>
  as(person)(`POST ${path(of, id, "/resend")}`);
const list = async (person: SignedIn, query = "") =>
  expectAnswer(await as(person)(`GET ${invitesPath(person.org_id)}${query}`), 200);
const rowOf = async (id: number) => (await owner("select * from invite where id = $1", [id]))[0];
const set = (id: number, what: string) => owner(`update invite set ${what} where id = $1`, [id]);
const codeOf = async (token: string) =>
  (await ask(`/accept-invite?token=${token}`, { headers: { accept: "application/json" } })).body.code;

describe("DELETE …/invites/:invite_id", () => {
  test("withdraws: the link is dead, and a repeat changes nothing", async () => {
    const ann = await confirmed();
    const { invite_id, token } = await invite(ann);
    await expectAnswer(await revoke(ann, invite_id), 204);
    const row = await rowOf(invite_id);
    expect(row).toMatchObject({ state: "revoked", settled_at: expect.any(String) });
    expect(await codeOf(token)).toBe("invite_revoked");
    await expectAnswer(await revoke(ann, invite_id), 204);
    expect(await rowOf(invite_id)).toEqual(row);
  });

  test("an accepted one cannot be withdrawn, an expired one can", async () => {
    const ann = await confirmed();
    const [done, late] = [await inviteFrom(ann), await inviteFrom(ann, { lifetimeMs: -1 })];
    await set(done.invite_id, "state = 'accepted', settled_at = 1");
    await expectProblem(await revoke(ann, done.invite_id), "invite_accepted");
    await expectAnswer(await revoke(ann, late.invite_id), 204);
    expect((await list(ann)).data).toMatchObject([{ state: "accepted" }, { state: "revoked" }]);
  });

  test("needs the right to invite and all that the role holds; other people's ids are not there", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    const { invite_id } = await inviteFrom(ann, { role: "admin" });
    const ofOwner = await inviteFrom(ann, { role: "owner" });
    const ofWebsite = await inviteFrom(ann, { websiteId: await websiteOf(ann.org_id) });
    await expectProblem(await revoke(await memberOf(ann.org_id), invite_id, ann), "permission_missing");
    const clerk = await memberOf(ann.org_id, { permissions: ["member:invite"] });
    await expectProblem(await revoke(clerk, invite_id, ann), "role_above_own");
    const admin = await memberOf(ann.org_id, { role: "admin" });
    await expectProblem(await revoke(admin, ofOwner.invite_id, ann), "owner_required");
    await expectProblem(await revoke(bob, invite_id, ann), "not_found");
    await expectProblem(await revoke(bob, invite_id), "not_found");
    await expectProblem(await revoke(ann, ofWebsite.invite_id), "not_found");
    await expectProblem(await revoke({ ...ann, access: "garbage" }, invite_id), "invalid_token");
    expect(await rowOf(invite_id)).toMatchObject({ state: "pending" });
    await expectAnswer(await revoke(admin, invite_id, ann), 204);
  });
});

describe("a mail with a link that is dead before it went out", () => {
  const waiting = async (ann: SignedIn) => {
    const email = newEmail("waiting");
    const json = { email, role: "member" };
    const request = { token: ann.access, json, settings: providerAway };
    const { body } = await ask(invitesPath(ann.org_id), request);
    return { email, invite_id: body.invite_id };
  };
  const mailsOf = (email: string) => owner("select * from outbox where recipient = $1 order by id", [email]);

  test("is not sent any more when the invite was withdrawn", async () => {
    const ann = await confirmed();
    const { email, invite_id } = await waiting(ann);
    await expectAnswer(await revoke(ann, invite_id), 204);
    await tryAgain(email);
    expect(await mailsTo(email)).toEqual([]);
    expect(await mailsOf(email)).toMatchObject([
      { sent_at: null, failed_at: expect.any(String), secrets: null, body: null },
    ]);
  });

  test("nor when it was sent again: the new link alone goes out", async () => {
    const ann = await confirmed();
    const { email, invite_id } = await waiting(ann);
    await expectAnswer(await resend(ann, invite_id), 202);
    expect(await mailsTo(email)).toHaveLength(1);
    const settled = { secrets: null, body: null };
    expect(await mailsOf(email)).toMatchObject([
      { ...settled, sent_at: null, failed_at: expect.any(String) },
      { ...settled, sent_at: expect.any(String), failed_at: null },
    ]);
    expect(await codeOf(await tokenOfMail(email, "accept-invite"))).toBeUndefined();
  });
});

describe("a role that somebody is invited to", () => {
  test("cannot go while the invite is pending, and can when it is over", async () => {
    const ann = await confirmed();
    for (const end of ["state = 'revoked', settled_at = 1", "expires_at = 1"]) {
      const name = `role ${crypto.randomUUID()}`;
      const role = `/organizations/${ann.org_id}/roles/${await roleOf(ann.org_id, [], { name })}`;
      const { invite_id } = await inviteFrom(ann, { role: name });
      await expectProblem(await as(ann)(`DELETE ${role}`), "role_in_use");
      await set(invite_id, end);
      await expectAnswer(await as(ann)(`DELETE ${role}`), 204);
    }
  });
});

describe("POST …/invites/:invite_id/resend", () => {
  test("makes a new link for as long as the first and mails it; the old link is dead", async () => {
    const ann = await confirmed();
    const { invite_id, email, token, invite: first } = await invite(ann, { expires_in: 3600 });
    await set(invite_id, "expires_at = expires_at - 3000000");
    const again = await expectAnswer(await resend(ann, invite_id), 202);
    expect(again).toMatchObject({ invite_id, email, state: "pending", role: "member" });
    expect(again.expires_at).toBeGreaterThanOrEqual(first.expires_at);
    const newToken = await tokenOfMail(email, "accept-invite");
    expect(newToken).not.toBe(token);
    expect(JSON.stringify(again)).not.toContain(newToken);
    expect(await mailsTo(email)).toHaveLength(2);
    expect(await codeOf(token)).toBe("invite_revoked");
    expect(await codeOf(newToken)).toBeUndefined();
  });

  test("brings an expired one back, unless the cron was faster", async () => {
    const ann = await confirmed();
    const { invite_id, email } = await invite(ann, { expires_in: 60 });
    await set(invite_id, "expires_at = 1");
    expect(await expectAnswer(await resend(ann, invite_id), 202)).toMatchObject({ state: "pending" });
    expect(await codeOf(await tokenOfMail(email, "accept-invite"))).toBeUndefined();
    await set(invite_id, "expires_at = 1");
    await owner("select app.prune(1000)");
    await expectProblem(await resend(ann, invite_id), "not_found");
  });

  test("who sends it again is the inviter from then on", async () => {
    const ann = await confirmed();
    const admin = await confirm(await memberOf(ann.org_id, { role: "admin" }));
    const { invite_id, email } = await invite(ann);
    const again = await expectAnswer(await resend(admin, invite_id, ann), 202);
    expect(again).toMatchObject({ invited_by: admin.email, invited_by_id: admin.user_id });
    expect((await mailsTo(email))[0]?.text).toContain(admin.email);
  });

  test("what is over stays over, and mails nobody", async () => {
    const ann = await confirmed();
    for (const [state, code] of [
      ["accepted", "invite_accepted"],
      ["revoked", "invite_revoked"],
    ] as const) {
      const { invite_id, email } = await inviteFrom(ann);
      await set(invite_id, `state = '${state}', settled_at = 1`);
      await expectProblem(await resend(ann, invite_id), code);
      expect(await mailsTo(email)).toEqual([]);
    }
    const { invite_id, email } = await inviteFrom(ann);
    const joined = await extraOf(ann.org_id);
    await owner(`update "user" set email = $1 where id = $2`, [email, joined]);
    await expectProblem(await resend(ann, invite_id), "already_member");
  });

  test("needs what inviting needs", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    const { invite_id, email } = await inviteFrom(ann, { role: "admin" });
    const ofOwner = await inviteFrom(ann, { role: "owner" });
    await expectProblem(await resend(await memberOf(ann.org_id), invite_id, ann), "permission_missing");
    const admin = await memberOf(ann.org_id, { role: "admin" });
    await expectProblem(await resend(admin, invite_id, ann), "email_not_verified");
    await confirm(admin);
    await expectProblem(await resend(admin, ofOwner.invite_id, ann), "owner_required");
    const clerk = await confirm(await memberOf(ann.org_id, { permissions: ["member:invite"] }));
    await expectProblem(await resend(clerk, invite_id, ann), "role_above_own");
    await expectProblem(await resend(bob, invite_id, ann), "not_found");
    await expectProblem(await resend(bob, invite_id), "not_found");
    await expectProblem(await resend({ ...ann, access: "garbage" }, invite_id), "invalid_token");
    expect(await mailsTo(email)).toEqual([]);
  });
});
