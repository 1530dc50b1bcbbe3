// Invites that cannot be accepted (any more), each for one reason: the right code, to whoever looks and to whoever
// accepts, as JSON and on the page; and nobody joins.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { anvils, expectClosed } from "./support/closed-invites.ts";
import { confirm, confirmed, inviteFrom, invitesPath } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, type SignedIn, signUp } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, roleOf, websiteOf } from "./support/tenants.ts";

const change = (ann: SignedIn, userId: number, json: object) =>
  as(ann)(`PATCH /organizations/${ann.org_id}/members/${userId}`, json);

describe("410, each with its own code", () => {
  test("accepted, revoked, sent again, expired", async () => {
    const { ann, link } = await anvils();
    const one = `${invitesPath(ann.org_id)}/${link.invite_id}`;
    await expectAnswer(await as(ann)(`POST ${one}/resend`), 202);
    await expectClosed(link, "invite_revoked");

    const revoked = await inviteFrom(ann);
    await expectAnswer(await as(ann)(`DELETE ${invitesPath(ann.org_id)}/${revoked.invite_id}`), 204);
    await expectClosed(revoked, "invite_revoked");

    const late = await inviteFrom(ann);
    await owner("update invite set expires_at = 1 where id = $1", [late.invite_id]);
    await expectClosed(late, "invite_expired");
    await expectClosed(await inviteFrom(ann, { lifetimeMs: -1 }), "invite_expired");

    const done = await inviteFrom(ann);
    await owner("update invite set state = 'accepted', settled_at = 1 where id = $1", [done.invite_id]);
    await expectClosed(done, "invite_accepted");
  });

  test("what happened first counts: an accepted one stays accepted when its time is over", async () => {
    const { ann, link } = await anvils();
    const end = "state = 'accepted', settled_at = 1, expires_at = 1";
    await owner(`update invite set ${end} where id = $1`, [link.invite_id]);
    await expectClosed(link, "invite_accepted");
    const revoked = await inviteFrom(ann);
    await owner("update invite set state = 'revoked', settled_at = 1, expires_at = 1 where id = $1", [
      revoked.invite_id,
    ]);
    await expectClosed(revoked, "invite_revoked");
  });
});

describe("void, because", () => {
  test("its organization is gone", async () => {
    const { ann, link } = await anvils();
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}`), 204);
    await expectClosed(link, "invite_void");
  });

  test("its website is gone", async () => {
    const { ann, admin } = await anvils();
    const shop = await websiteOf(ann.org_id);
    const link = await inviteFrom(admin, { websiteId: shop });
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/websites/${shop}`), 204);
    await expectClosed(link, "invite_void");
  });

  test("its row is gone", async () => {
    const { link } = await anvils();
    await owner("delete from invite where id = $1", [link.invite_id]);
    await expectClosed(link, "invite_void");
  });

  test("its inviter may no longer invite", async () => {
    const { ann, admin, link } = await anvils();
    await expectAnswer(await change(ann, admin.user_id, { role: "member" }), 200);
    await expectClosed(link, "invite_void");
    // The right comes back, and with it the invite.
    await expectAnswer(await change(ann, admin.user_id, { role: "admin" }), 200);
    const json = { token: link.token, password: goodPassword };
    expect((await call("/accept-invite", { json })).status).toBe(201);
  });

  test("its inviter holds less than its role by now", async () => {
    const { ann, admin, link } = await anvils({ role: "admin" });
    const clerk = await roleOf(ann.org_id, ["member:read", "member:invite"]);
    await expectAnswer(await change(ann, admin.user_id, { role: clerk }), 200);
    await expectClosed(link, "invite_void");
  });

  test("its role has grown above its inviter", async () => {
    const { ann, admin } = await anvils();
    const name = `role ${crypto.randomUUID()}`;
    const roleId = await roleOf(ann.org_id, ["member:read"], { name });
    const link = await inviteFrom(admin, { role: name });
    const grow = { permissions: ["organization:delete"] };
    await expectAnswer(await as(ann)(`PATCH /organizations/${ann.org_id}/roles/${roleId}`, grow), 200);
    await expectClosed(link, "invite_void");
  });

  test("it makes an owner, and its inviter is none any more", async () => {
    const ann = await confirmed({ organization_name: "Anvils" });
    const heir = { ...(await memberOf(ann.org_id, { role: "owner" })), org_id: ann.org_id };
    const link = await inviteFrom(heir, { role: "owner" });
    // Being one is more than holding all that they hold.
    const [all] = await owner("select permissions from role where org_id = $1 and name = 'owner'", [
      ann.org_id,
    ]);
    const role = await roleOf(ann.org_id, all?.permissions);
    await expectAnswer(await change(ann, heir.user_id, { role }), 200);
    await expectClosed(link, "invite_void");
  });

  test("its inviter's address is not confirmed, or their account is suspended", async () => {
    const { admin, link } = await anvils();
    await owner(`update "user" set email_verified_at = null where id = $1`, [admin.user_id]);
    await expectClosed(link, "invite_void");
    await confirm(admin);
    await owner(`update "user" set status = 1 where id = $1`, [admin.user_id]);
    await expectClosed(link, "invite_void");
  });

  test("the guest who sent it may no longer invite to that website", async () => {
    const { ann } = await anvils();
    const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
    const keeper = await guestOf(shop, { role: "website_admin" });
    const link = await inviteFrom({ ...keeper, org_id: ann.org_id }, { websiteId: shop });
    const elsewhere = await inviteFrom({ ...keeper, org_id: ann.org_id }, { websiteId: blog });
    await expectClosed(elsewhere, "invite_void");
    const path = `/organizations/${ann.org_id}/websites/${shop}/members/${keeper.user_id}`;
    await expectAnswer(await as(ann)(`PATCH ${path}`, { role: "website_user" }), 200);
    await expectClosed(link, "invite_void");
  });
});

describe("403, while it lasts", () => {
  test("the organization or the account is suspended", async () => {
    const { ann, link } = await anvils();
    const suspend = (table: string, id: number, status: number) =>
      owner(`update ${table} set status = $2 where id = $1`, [id, status]);
    await suspend("organisation", ann.org_id, 1);
    await expectClosed(link, "organization_suspended");
    await suspend("organisation", ann.org_id, 0);

    const bob = await confirm(await signUp());
    const his = await inviteFrom(ann, { email: bob.email });
    await suspend(`"user"`, bob.user_id, 1);
    await expectClosed(his, "user_suspended");
    await suspend(`"user"`, bob.user_id, 0);
    expect((await call("/accept-invite", { json: { token: his.token } })).status).toBe(200);
  });
});
