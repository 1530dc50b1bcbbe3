// Invites to one website: its own permission, its own roles, its own list; the guest sees that website and nothing else.
import { describe, expect, test } from "vitest";
import { ask } from "./support/app.ts";
import { confirm, confirmed, invite, inviteFrom, invitesPath } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { goodPassword, mailsTo, newEmail, type SignedIn, signIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, roleIdOf, roleOf, websiteOf } from "./support/tenants.ts";

const ask201 = async (person: SignedIn, path: string, json: object) =>
  expectAnswer(await as(person)(`POST ${path}`, json), 201);
const asked = (json: object = {}) => ({ email: newEmail("guest"), role: "website_user", ...json });

describe("an invite to a website", () => {
  test("is answered with the website, and names it in its mail beside the organization", async () => {
    const ann = await confirmed({ organization_name: "Anvils" });
    const shop = await websiteOf(ann.org_id, "Shop");
    const { invite: answer, email } = await invite(ann, { websiteId: shop, role: "website_admin" });
    expect(answer).toMatchObject({
      org_id: ann.org_id,
      website_id: shop,
      role: "website_admin",
      invited_by: ann.email,
      state: "pending",
    });
    const [mail] = await mailsTo(email);
    for (const name of ["Anvils", "Shop", "website_admin", ann.email]) expect(mail?.text).toContain(name);
  });

  test("lets a new person in, who sees that website alone, and its organization's name in it", async () => {
    const ann = await confirmed({ organization_name: "Anvils" });
    const [shop, blog] = [await websiteOf(ann.org_id, "Shop"), await websiteOf(ann.org_id, "Blog")];
    const { token, email } = await invite(ann, { websiteId: shop });
    const accepted = await ask("/accept-invite", { json: { token, password: goodPassword } });
    expect([accepted.status, accepted.body]).toEqual([
      201,
      {
        message: expect.any(String),
        user_id: expect.any(Number),
        email,
        org_id: ann.org_id,
        organization: "Anvils",
        website: { website_id: shop, name: "Shop", url: "https://shop.example" },
        role: "website_user",
      },
    ]);
    const { user_id } = accepted.body;
    const guest = await signIn({ email, password: goodPassword, user_id, org_id: 0 });
    const me = await expectAnswer(await as(guest)("GET /me"), 200);
    expect([me.organizations, me.email_verified]).toEqual([[], true]);
    expect(me.websites).toMatchObject([{ website_id: shop, organization: "Anvils", role: "website_user" }]);
    const path = `/organizations/${ann.org_id}`;
    await expectAnswer(await as(guest)(`GET ${path}/websites/${shop}`), 200);
    for (const other of [path, `${path}/websites/${blog}`, `${path}/members`, `${path}/invites`])
      await expectProblem(await as(guest)(`GET ${other}`), "not_found", other);
    expect(await owner("select 1 from member where user_id = $1", [user_id])).toEqual([]);
  });

  test("may go to a member of the organization, who keeps that too", async () => {
    const ann = await confirmed();
    const hand = await confirm(await memberOf(ann.org_id));
    const shop = await websiteOf(ann.org_id);
    const { token } = await inviteFrom(ann, { email: hand.email, websiteId: shop, role: "website_admin" });
    expect((await ask("/accept-invite", { json: { token } })).status).toBe(200);
    const roles = await owner(
      "select r.name from website_member w join role r on r.id = w.role_id where w.user_id = $1",
      [hand.user_id],
    );
    expect(roles).toEqual([{ name: "website_admin" }]);
    await expectAnswer(await as(hand)(`GET /organizations/${ann.org_id}`), 200);
  });
});

describe("who may invite to a website", () => {
  test("its own admins, and whoever holds website:invite in the organization; nobody else", async () => {
    const ann = await confirmed();
    const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
    const path = invitesPath(ann.org_id, shop);
    const keeper = await confirm(await guestOf(shop, { role: "website_admin" }));
    const admin = await confirm(await memberOf(ann.org_id, { role: "admin" }));
    for (const person of [ann, admin, keeper]) await ask201(person, path, asked());
    const send = (person: SignedIn, json: object = {}, to = path) => as(person)(`POST ${to}`, asked(json));
    const reader = await confirm(await guestOf(shop));
    await expectProblem(await send(reader), "permission_missing");
    await expectProblem(await send(await confirm(await memberOf(ann.org_id))), "permission_missing");
    await expectProblem(await send(keeper, {}, invitesPath(ann.org_id, blog)), "not_found");
    await expectProblem(await send(keeper, {}, invitesPath(ann.org_id)), "not_found");
    await expectProblem(await send(await confirmed()), "not_found");
    await expectProblem(await send(await guestOf(shop, { role: "website_admin" })), "email_not_verified");
    // An inviter of members is none of guests.
    const clerk = await confirm(await memberOf(ann.org_id, { permissions: ["member:invite"] }));
    await expectProblem(await send(clerk), "permission_missing");
  });

  test("roles of websites only, and not above one's own", async () => {
    const ann = await confirmed();
    const shop = await websiteOf(ann.org_id);
    const path = invitesPath(ann.org_id, shop);
    const scope = "website";
    const name = `host ${crypto.randomUUID()}`;
    const own = await roleOf(ann.org_id, ["website:read", "website:invite"], { scope, name });
    const host = await confirm(await guestOf(shop, { role: name }));
    for (const role of ["website_admin", "website_user"])
      await expectProblem(await as(host)(`POST ${path}`, asked({ role })), "role_above_own");
    await ask201(host, path, asked({ role: own }));
    for (const role of ["member", "owner", "nobody", await roleIdOf(ann.org_id, "member")]) {
      const { errors } = await expectProblem(
        await as(ann)(`POST ${path}`, asked({ role })),
        "invalid_request",
      );
      expect(errors[0].path).toBe("role");
    }
    const bob = await confirmed();
    for (const role of [2_147_483_647, await roleIdOf(bob.org_id, "website_user")])
      await expectProblem(await as(ann)(`POST ${path}`, asked({ role })), "not_found");
  });

  test("a website that is not there, or another organization's, is a 404", async () => {
    const [ann, bob] = [await confirmed(), await confirmed()];
    const theirs = await websiteOf(bob.org_id);
    for (const website of [2_147_483_647, theirs])
      await expectProblem(await as(ann)(`POST ${invitesPath(ann.org_id, website)}`, asked()), "not_found");
  });
});

describe("conflicts", () => {
  test("one pending for each website and address; a guest is invited no more", async () => {
    const ann = await confirmed();
    const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
    const guest = await guestOf(shop);
    const json = asked();
    for (const path of [invitesPath(ann.org_id, shop), invitesPath(ann.org_id, blog)]) {
      await ask201(ann, path, json);
      await expectProblem(await as(ann)(`POST ${path}`, json), "invite_pending");
    }
    await ask201(ann, invitesPath(ann.org_id), { ...json, role: "member" });
    const again = asked({ email: guest.email });
    await expectProblem(await as(ann)(`POST ${invitesPath(ann.org_id, shop)}`, again), "already_member");
    await ask201(ann, invitesPath(ann.org_id, blog), again);
  });
});

describe("list, revoke, resend", () => {
  test("are those of this website alone", async () => {
    const ann = await confirmed();
    const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
    const ofShop = await invite(ann, { websiteId: shop });
    const ofBlog = await inviteFrom(ann, { websiteId: blog });
    const ofOrganization = await inviteFrom(ann);
    const path = invitesPath(ann.org_id, shop);
    const keeper = await confirm(await guestOf(shop, { role: "website_admin" }));
    for (const person of [ann, keeper]) {
      const { data } = await expectAnswer(await as(person)(`GET ${path}`), 200);
      expect(data).toMatchObject([
        { invite_id: ofShop.invite_id, website_id: shop, role: "website_user", state: "pending" },
      ]);
      for (const { invite_id } of [ofBlog, ofOrganization]) {
        await expectProblem(await as(person)(`DELETE ${path}/${invite_id}`), "not_found");
        await expectProblem(await as(person)(`POST ${path}/${invite_id}/resend`), "not_found");
      }
    }
    const one = `${path}/${ofShop.invite_id}`;
    expect(await expectAnswer(await as(keeper)(`POST ${one}/resend`), 202)).toMatchObject({
      website_id: shop,
      invited_by: keeper.email,
    });
    expect(await mailsTo(ofShop.email)).toHaveLength(2);
    await expectProblem(await as(await guestOf(shop))(`DELETE ${one}`), "permission_missing");
    await expectAnswer(await as(keeper)(`DELETE ${one}`), 204);
    await expectProblem(await as(keeper)(`POST ${one}/resend`), "invite_revoked");
  });
});
