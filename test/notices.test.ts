// Notices: whoever got another role, or was removed, learns it by mail, right after the response. Nobody is told what they
// did themselves, what did not change, or what was refused.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { inviteFrom } from "./support/invitations.ts";
import { mailRow, providerAway, tryAgain } from "./support/mail-provider.ts";
import { owner } from "./support/owner.ts";
import { mailsTo, type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, visits, websiteOf } from "./support/tenants.ts";

/** The mails that somebody got after those of signing up and in, newest first. */
const noticesTo = async ({ email }: { email: string }) => (await mailsTo(email)).slice(0, -2);
const memberPath = ({ org_id }: SignedIn, { user_id }: SignedIn) =>
  `/organizations/${org_id}/members/${user_id}`;

describe("another role", () => {
  test("is told by mail: which organization, which role, and which it was", async () => {
    const ann = await signedIn({ organization_name: "Anvils & Sons" });
    const hand = await memberOf(ann.org_id);
    await expectAnswer(await as(ann)(`PATCH ${memberPath(ann, hand)}`, { role: "admin" }), 200);
    const [notice, ...more] = await noticesTo(hand);
    expect(more).toEqual([]);
    for (const part of ["Anvils & Sons", "admin", "member"]) expect(notice?.text).toContain(part);
    expect(notice?.html).toContain("Anvils &amp; Sons");
    expect(notice?.text).not.toContain("token=");
    expect(await noticesTo(ann)).toEqual([]);
  });

  test("on a website names that, and the organization", async () => {
    const ann = await signedIn({ organization_name: "Anvils" });
    const shop = await websiteOf(ann.org_id, "Shop");
    const guest = await guestOf(shop);
    const path = `/organizations/${ann.org_id}/websites/${shop}/members/${guest.user_id}`;
    await expectAnswer(await as(ann)(`PATCH ${path}`, { role: "website_admin" }), 200);
    const [notice, ...more] = await noticesTo(guest);
    expect(more).toEqual([]);
    for (const part of ["Anvils", "Shop", "website_admin", "website_user"])
      expect(notice?.text).toContain(part);
  });

  test("by a transfer of the ownership is told to the new owner", async () => {
    const ann = await signedIn({ organization_name: "Anvils" });
    const heir = await memberOf(ann.org_id);
    const path = `/organizations/${ann.org_id}/transfer-ownership`;
    await expectAnswer(await as(ann)(`POST ${path}`, { user_id: heir.user_id }), 200);
    const [notice, ...more] = await noticesTo(heir);
    expect(more).toEqual([]);
    for (const part of ["Anvils", "owner", "member"]) expect(notice?.text).toContain(part);
    expect(await noticesTo(ann)).toEqual([]);
  });

  test("is not told when it is the same, when something else changed, or to oneself", async () => {
    const ann = await signedIn();
    await memberOf(ann.org_id, { role: "owner" });
    const hand = await memberOf(ann.org_id);
    for (const json of [{}, { role: "member" }, { settings: { a: 1 } }, { status: "suspended" }])
      await expectAnswer(await as(ann)(`PATCH ${memberPath(ann, hand)}`, json), 200);
    await expectAnswer(await as(ann)(`PATCH ${memberPath(ann, ann)}`, { role: "admin" }), 200);
    for (const person of [ann, hand]) expect(await noticesTo(person)).toEqual([]);
  });
});

describe("a removal", () => {
  test("is told by mail", async () => {
    const ann = await signedIn({ organization_name: "Anvils" });
    const hand = await memberOf(ann.org_id);
    await expectAnswer(await as(ann)(`DELETE ${memberPath(ann, hand)}`), 204);
    const [notice, ...more] = await noticesTo(hand);
    expect(more).toEqual([]);
    expect(notice?.text).toContain("Anvils");
    expect(notice?.subject).toMatch(/removed|no longer/i);
  });

  test("from a website names it; losing the websites with the organization is one mail", async () => {
    const ann = await signedIn({ organization_name: "Anvils" });
    const shop = await websiteOf(ann.org_id, "Shop");
    const [guest, hand] = [await guestOf(shop), await memberOf(ann.org_id)];
    await visits(hand.user_id, shop);
    const path = `/organizations/${ann.org_id}/websites/${shop}/members/${guest.user_id}`;
    await expectAnswer(await as(ann)(`DELETE ${path}`), 204);
    const [notice, ...more] = await noticesTo(guest);
    expect(more).toEqual([]);
    for (const part of ["Anvils", "Shop"]) expect(notice?.text).toContain(part);

    await expectAnswer(await as(ann)(`DELETE ${memberPath(ann, hand)}`), 204);
    expect(await owner("select 1 from website_member where user_id = $1", [hand.user_id])).toEqual([]);
    const told = await noticesTo(hand);
    expect(told).toHaveLength(1);
    expect(told[0]?.text).not.toContain("Shop");
  });

  test("is not told to who leaves, nor when the organization, the website or the account ends", async () => {
    const ann = await signedIn();
    const [leaver, self, hand] = [
      await memberOf(ann.org_id),
      await memberOf(ann.org_id, { role: "admin" }),
      await memberOf(ann.org_id),
    ];
    const shop = await websiteOf(ann.org_id);
    const guest = await guestOf(shop);
    await expectAnswer(await as(leaver)(`POST /organizations/${ann.org_id}/leave`), 204);
    await expectAnswer(await as(self)(`DELETE ${memberPath(ann, self)}`), 204);
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/websites/${shop}`), 204);
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}`), 204);
    await expectAnswer(await as(hand)("DELETE /me", { password: hand.password }), 204);
    for (const person of [ann, leaver, self, guest, hand]) expect(await noticesTo(person)).toEqual([]);
  });
});

describe("a notice", () => {
  test("is not written for what is refused", async () => {
    const ann = await signedIn();
    const [heir, admin] = [
      await memberOf(ann.org_id, { role: "owner" }),
      await memberOf(ann.org_id, { role: "admin" }),
    ];
    await expectProblem(
      await as(admin)(`PATCH ${memberPath(ann, heir)}`, { role: "member" }),
      "owner_required",
    );
    await expectProblem(await as(admin)(`DELETE ${memberPath(ann, heir)}`), "owner_required");
    const written = "select 1 from outbox where recipient = $1 and template in ('removed', 'role-changed')";
    expect(await owner(written, [heir.email])).toEqual([]);
  });

  test("slows nothing and is lost by nothing: with the provider away it waits in the outbox", async () => {
    const ann = await signedIn();
    const hand = await memberOf(ann.org_id);
    await owner("delete from outbox where recipient = $1", [hand.email]);
    const removed = await call(memberPath(ann, hand), {
      method: "DELETE",
      token: ann.access,
      settings: providerAway,
    });
    expect(removed.status).toBe(204);
    expect(await mailRow(hand.email)).toMatchObject({ template: "removed", sent_at: null, failed_at: null });
    await tryAgain(hand.email);
    expect(await mailRow(hand.email)).toMatchObject({ sent_at: expect.any(String), body: null });
    expect(await noticesTo(hand)).toHaveLength(1);
  });

  test("is not written when somebody joins, whoever acts", async () => {
    const ann = await signedIn();
    const bob = await signedIn();
    const { token } = await inviteFrom(ann, { email: bob.email });
    const json = { token, password: "a fine new passphrase" };
    await expectAnswer(await call("/accept-invite", { json }), 200);
    for (const person of [ann, bob]) expect(await noticesTo(person)).toEqual([]);
  });
});
