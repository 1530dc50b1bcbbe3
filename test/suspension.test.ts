// Suspended: a member loses the organization, a person everything, an organization is read by its owners alone. All of
// it bites on the next request, and ends with it.
import { describe, expect, test } from "vitest";
import { call } from "./support/app.ts";
import { inviteFrom } from "./support/invitations.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { requestOf, routes } from "./support/samples.ts";
import { guestOf, memberOf, visits, websiteOf } from "./support/tenants.ts";

const inside = routes.filter(({ pattern }) => pattern.startsWith("/organizations/:org_id"));
const reads = inside.filter(({ method }) => method === "GET");
const changes = inside.filter(({ method }) => method !== "GET");
const ofWebsites = inside.filter(({ pattern }) => pattern.includes("/websites/:website_id"));

/** A person's requests in somebody else's organization, valid but for that. */
const sendIn = async (orgId: number, person: SignedIn, route: (typeof routes)[number]) =>
  call(...(await requestOf(route, { person: { ...person, org_id: orgId } })));

const suspend = (table: "organisation" | "user", id: number, status = 1) =>
  owner(`update "${table}" set status = $2 where id = $1`, [id, status]);

describe("a suspended member", () => {
  test("loses the organization, its websites included, and has it back when restored", async () => {
    const ann = await signedIn();
    const hand = await memberOf(ann.org_id, { role: "admin" });
    const shop = await websiteOf(ann.org_id);
    await visits(hand.user_id, shop, { role: "website_admin" });
    const path = `/organizations/${ann.org_id}`;
    const website = `${path}/websites/${shop}`;
    const set = (status: string) => as(ann)(`PATCH ${path}/members/${hand.user_id}`, { status });
    await expectAnswer(await as(hand)(`GET ${website}`), 200);

    await expectAnswer(await set("suspended"), 200);
    for (const route of inside)
      await expectProblem(await sendIn(ann.org_id, hand, route), "member_suspended", route.name);
    await expectProblem(await as(hand)(`GET ${website}`), "member_suspended");
    const check = { org_id: ann.org_id, website_id: shop, permission: "website:read" };
    await expectProblem(await as(hand)("POST /permissions/check", check), "member_suspended");
    const me = await expectAnswer(await as(hand)("GET /me"), 200);
    expect([me.organizations.length, me.websites]).toEqual([1, []]);
    // Their own organization is none of it.
    await expectAnswer(await as(hand)(`GET /organizations/${hand.org_id}`), 200);

    await expectAnswer(await set("active"), 200);
    for (const what of [path, website]) await expectAnswer(await as(hand)(`GET ${what}`), 200);
    expect((await expectAnswer(await as(hand)("GET /me"), 200)).websites).toHaveLength(1);
  });

  test("who is not one is told nothing: strangers still get a 404", async () => {
    const ann = await signedIn();
    await memberOf(ann.org_id, { status: 1 });
    await expectProblem(await as(await signedIn())(`GET /organizations/${ann.org_id}`), "not_found");
  });
});

describe("a website's suspended guest", () => {
  test("loses that website, keeps another, and has it back when restored", async () => {
    const ann = await signedIn();
    const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
    const guest = await guestOf(shop);
    await visits(guest.user_id, blog);
    const path = `/organizations/${ann.org_id}/websites`;
    const set = (status: number) => as(ann)(`PATCH ${path}/${shop}/members/${guest.user_id}`, { status });
    await expectAnswer(await set(1), 200);
    for (const request of [`GET ${path}/${shop}`, `GET ${path}/${shop}/members`, `DELETE ${path}/${shop}`])
      await expectProblem(await as(guest)(request), "member_suspended");
    await expectProblem(await as(guest)(`PATCH ${path}/${shop}`, { name: "Mine" }), "member_suspended");
    await expectProblem(
      await as(guest)(`DELETE ${path}/${shop}/members/${guest.user_id}`),
      "member_suspended",
    );
    const { data } = await expectAnswer(await as(guest)(`GET ${path}`), 200);
    expect(data.map((row: { website_id: number }) => row.website_id)).toEqual([blog]);
    await expectAnswer(await set(0), 200);
    await expectAnswer(await as(guest)(`GET ${path}/${shop}`), 200);
  });
});

describe("a suspended organization", () => {
  test("is read by its owner, in everything, and changed in nothing", async () => {
    const ann = await signedIn();
    await suspend("organisation", ann.org_id);
    for (const route of reads)
      expect([route.name, (await sendIn(ann.org_id, ann, route)).status]).toEqual([route.name, 200]);
    for (const route of changes)
      await expectProblem(await sendIn(ann.org_id, ann, route), "organization_suspended", route.name);
    const { status } = await expectAnswer(await as(ann)(`GET /organizations/${ann.org_id}`), 200);
    expect(status).toBe("suspended");
    // People may do elsewhere what they like.
    await expectAnswer(await as(ann)("POST /organizations", { name: "Another" }), 201);
    await suspend("organisation", ann.org_id, 0);
    await expectAnswer(await as(ann)(`PATCH /organizations/${ann.org_id}`, { name: "Back" }), 200);
  });

  test("is closed to everybody else, and not there for strangers", async () => {
    const ann = await signedIn();
    const shop = await websiteOf(ann.org_id);
    const [admin, hand] = [await memberOf(ann.org_id, { role: "admin" }), await memberOf(ann.org_id)];
    const guest = await guestOf(shop, { role: "website_admin" });
    const { invite_id } = await inviteFrom(ann, { websiteId: shop });
    const [off, stranger] = [await memberOf(ann.org_id, { status: 1 }), await signedIn()];
    await suspend("organisation", ann.org_id);
    for (const route of inside) {
      for (const person of [admin, hand])
        await expectProblem(await sendIn(ann.org_id, person, route), "organization_suspended", route.name);
      await expectProblem(await sendIn(ann.org_id, off, route), "member_suspended", route.name);
      await expectProblem(await sendIn(ann.org_id, stranger, route), "not_found", route.name);
    }
    for (const route of ofWebsites) {
      // The guest's own website, themselves in it, and an invite to it.
      const params = { website_id: shop, user_id: guest.user_id, invite_id };
      const person = { ...guest, org_id: ann.org_id };
      const answer = await call(...(await requestOf(route, { person, params })));
      await expectProblem(answer, "organization_suspended", route.name);
    }
    expect((await expectAnswer(await as(guest)("GET /me"), 200)).websites).toEqual([]);
    await suspend("organisation", ann.org_id, 0);
    for (const person of [admin, hand])
      await expectAnswer(await as(person)(`GET /organizations/${ann.org_id}`), 200);
    await expectAnswer(await as(guest)(`GET /organizations/${ann.org_id}/websites/${shop}`), 200);
  });
});

describe("a suspended person", () => {
  test("is out of everything, in every session, and back when restored", async () => {
    const ann = await signedIn();
    await memberOf(ann.org_id, { role: "owner" });
    await suspend("user", ann.user_id);
    for (const route of routes.filter((one) => one.signedIn))
      await expectProblem(await sendIn(ann.org_id, ann, route), "session_ended", route.name);
    await suspend("user", ann.user_id, 0);
    await expectAnswer(await as(ann)(`GET /organizations/${ann.org_id}`), 200);
  });

  test("is not made of the last active owner of others", async () => {
    const ann = await signedIn();
    const suspended = () => suspend("user", ann.user_id);
    const hand = await memberOf(ann.org_id);
    await expect(suspended()).rejects.toMatchObject({ constraint: "last_owner" });
    await expectAnswer(await as(ann)("GET /me"), 200);
    await memberOf(ann.org_id, { role: "owner" });
    await suspended();
    await expectProblem(await as(ann)("GET /me"), "session_ended");
    await expectAnswer(await as(hand)(`GET /organizations/${ann.org_id}`), 200);
  });

  test("takes an organization of theirs alone to sleep, and wakes with it", async () => {
    const ann = await signedIn();
    await suspend("user", ann.user_id);
    await expectProblem(await as(ann)(`GET /organizations/${ann.org_id}`), "session_ended");
    await suspend("user", ann.user_id, 0);
    await expectAnswer(await as(ann)(`PATCH /organizations/${ann.org_id}`, { name: "Awake" }), 200);
  });
});
