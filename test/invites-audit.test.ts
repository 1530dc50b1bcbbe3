// What the audit trail tells of invites: who invited whom to what, what became of it; never the link, nor its hash.
import { expect, test } from "vitest";
import { call } from "./support/app.ts";
import { confirmed, invite, inviteFrom, invitesPath, tokenOfMail } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, type SignedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { memberOf, roleIdOf, websiteOf } from "./support/tenants.ts";

type Event = {
  action: string;
  target_id: number;
  website_id: number | null;
  actor_id: number | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
};
/** The events of this organization that somebody who may read them is shown, oldest first. */
async function eventsOf(person: SignedIn, actions: RegExp): Promise<Event[]> {
  const path = `/organizations/${person.org_id}/audit-events?limit=200`;
  const { data } = await expectAnswer(await as(person)(`GET ${path}`), 200);
  return data.filter(({ action }: Event) => actions.test(action)).reverse();
}

test("an invite made, sent again and accepted, with who did it; the acceptance is the invited person's", async () => {
  const ann = await confirmed();
  const sent = await invite(ann, { role: "admin" });
  const one = `${invitesPath(ann.org_id)}/${sent.invite_id}`;
  await expectAnswer(await as(ann)(`POST ${one}/resend`), 202);
  const token = await tokenOfMail(sent.email, "accept-invite");
  const json = { token, password: goodPassword };
  const { user_id } = await expectAnswer(await call("/accept-invite", { json }), 201);
  const [created, resent, accepted, joined, ...more] = await eventsOf(ann, /^(invite|member)\./).then(
    (all) => {
      const made = all.findIndex(({ action }) => action === "invite.created");
      return all
        .slice(made)
        .sort((a, b) => Number(a.action === "member.created") - Number(b.action === "member.created"));
    },
  );
  expect(more).toEqual([]);
  const of = { target_id: sent.invite_id, website_id: null };
  expect(created).toMatchObject({
    ...{ ...of, action: "invite.created", actor_id: ann.user_id, before: null },
    after: { role: "admin", state: "pending" },
  });
  expect(resent).toMatchObject({
    ...{ ...of, action: "invite.updated", actor_id: ann.user_id },
    ...{ before: { expires_at: expect.any(Number) }, after: { expires_at: expect.any(Number) } },
  });
  expect(accepted).toMatchObject({
    ...{ ...of, action: "invite.updated", actor_id: user_id },
    ...{ before: { state: "pending" }, after: { state: "accepted" } },
  });
  expect(joined).toMatchObject({ action: "member.created", actor_id: user_id, after: { role: "admin" } });
});

test("an invite to a website stands with it; one that is withdrawn, or ended by a removal, says by whom", async () => {
  const ann = await confirmed();
  const shop = await websiteOf(ann.org_id);
  const { invite_id } = await invite(ann, { websiteId: shop });
  await expectAnswer(await as(ann)(`DELETE ${invitesPath(ann.org_id, shop)}/${invite_id}`), 204);
  const admin = await memberOf(ann.org_id, { role: "admin" });
  const theirs = await inviteFrom({ ...admin, org_id: ann.org_id });
  await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/members/${admin.user_id}`), 204);
  const over = { before: { state: "pending" }, after: { state: "revoked" }, actor_id: ann.user_id };
  expect(await eventsOf(ann, /^invite\.updated/)).toMatchObject([
    { ...over, target_id: invite_id, website_id: shop },
    { ...over, target_id: theirs.invite_id, website_id: null },
  ]);
});

test("no event holds a link, its hash, or what the mail is doing", async () => {
  const ann = await confirmed();
  const sent = await invite(ann);
  const [before] = await owner("select token from invite where id = $1", [sent.invite_id]);
  await expectAnswer(await as(ann)(`POST ${invitesPath(ann.org_id)}/${sent.invite_id}/resend`), 202);
  const [after] = await owner("select token from invite where id = $1", [sent.invite_id]);
  const token = await tokenOfMail(sent.email, "accept-invite");
  await expectAnswer(await call("/accept-invite", { json: { token, password: goodPassword } }), 201);
  const trail = JSON.stringify(await owner("select * from audit_event where org_id = $1", [ann.org_id]));
  for (const secret of [sent.token, token, before?.token, after?.token]) expect(trail).not.toContain(secret);
  for (const column of ["delivery_state", "mail_id", "lifetime_ms", "password"])
    expect(trail).not.toContain(column);
  expect(trail).toContain(`"role_id": ${await roleIdOf(ann.org_id, "member")}`.replace(": ", ":"));
});
