// Invites that ended with somebody: whoever is removed or suspended takes those along that are pending, by and to them.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { anvils, expectClosed } from "./support/closed-invites.ts";
import { confirm, inviteFrom } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import type { SignedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, guestOf, visits, websiteOf } from "./support/tenants.ts";

const change = (ann: SignedIn, userId: number, json: object) =>
  as(ann)(`PATCH /organizations/${ann.org_id}/members/${userId}`, json);

describe("revoked, because", () => {
  test("its inviter was removed or suspended, or has ended their account", async () => {
    const { ann, admin, link } = await anvils();
    await expectAnswer(await change(ann, admin.user_id, { status: "suspended" }), 200);
    await expectClosed(link, "invite_revoked");
    await expectAnswer(await change(ann, admin.user_id, { status: "active" }), 200);
    await expectClosed(link, "invite_revoked");
    const second = await inviteFrom(admin);
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/members/${admin.user_id}`), 204);
    await expectClosed(second, "invite_revoked");
    const { admin: leaver, link: third } = await anvils();
    const gone = await as(leaver)("DELETE /me", { password: leaver.password });
    await expectAnswer(gone, 204);
    await expectClosed(third, "invite_revoked");
  });

  test("whoever it is for was removed while it was pending", async () => {
    const { ann } = await anvils();
    const hand = await extraOf(ann.org_id);
    const [row] = await owner(`select email from "user" where id = $1`, [hand]);
    const link = await inviteFrom(ann, { email: row?.email });
    await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}/members/${hand}`), 204);
    await expectClosed(link, "invite_revoked");
  });
});

describe("a website's guest who is suspended or removed takes along", () => {
  test.each([
    ["PATCH", { status: "suspended" }, 200],
    ["DELETE", undefined, 204],
  ] as const)(
    "by %s the pending invites of that website, by and to them, and no others",
    async (verb, json, ok) => {
      const { ann } = await anvils();
      const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
      const keeper = {
        ...(await confirm(await guestOf(shop, { role: "website_admin" }))),
        org_id: ann.org_id,
      };
      await visits(keeper.user_id, blog, { role: "website_admin" });
      const [by, elsewhere] = [
        await inviteFrom(keeper, { websiteId: shop }),
        await inviteFrom(keeper, { websiteId: blog }),
      ];
      const [to, inside] = [
        await inviteFrom(ann, { websiteId: shop, email: keeper.email }),
        await inviteFrom(ann, { email: keeper.email }),
      ];
      const path = `/organizations/${ann.org_id}/websites/${shop}/members/${keeper.user_id}`;
      await expectAnswer(await as(ann)(`${verb} ${path}`, json), ok);
      const states = await owner("select state from invite where id = any ($1) order by id", [
        [by, elsewhere, to, inside].map(({ invite_id }) => invite_id),
      ]);
      expect(states.map(({ state }) => state)).toEqual(["revoked", "pending", "revoked", "pending"]);
      await expectClosed(by, "invite_revoked");
      expect((await call(`/accept-invite?token=${elsewhere.token}`)).status).toBe(200);
    },
  );
});
