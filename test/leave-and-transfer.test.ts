// Leaving an organization, and handing it over: an owner always remains.
import { describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { guestOf, memberOf, visits, websiteOf } from "./support/tenants.ts";

/** Role by person, of an organization's active members. */
async function rolesIn(orgId: number): Promise<Record<number, string>> {
  const rows = await owner(
    "select m.user_id, r.name from member m join role r on r.id = m.role_id where m.org_id = $1 and m.status = 0",
    [orgId],
  );
  return Object.fromEntries(rows.map((row) => [row.user_id, row.name]));
}
const leave = (person: SignedIn, orgId: number) => as(person)(`POST /organizations/${orgId}/leave`);

describe("POST /organizations/:org_id/leave", () => {
  test("ends the membership and the websites of that organization, at once, and nothing else", async () => {
    const [ann, bob] = [await signedIn(), await signedIn()];
    const cat = await memberOf(ann.org_id, { permissions: [] }); // everybody may leave
    const sites = [await websiteOf(ann.org_id), await websiteOf(bob.org_id)] as const;
    for (const site of sites) await visits(cat.user_id, site);
    expect(await expectAnswer(await leave(cat, ann.org_id), 204)).toBeNull();
    expect(await rolesIn(ann.org_id)).toEqual({ [ann.user_id]: "owner" });
    const left = await owner("select website_id from website_member where user_id = $1", [cat.user_id]);
    expect(left).toEqual([{ website_id: sites[1] }]);
    await expectProblem(await as(cat)(`GET /organizations/${ann.org_id}`), "not_found");
    await expectProblem(await as(cat)(`GET /organizations/${ann.org_id}/websites/${sites[0]}`), "not_found");
    await expectProblem(await leave(cat, ann.org_id), "not_found");
    expect(await rolesIn(cat.org_id)).toEqual({ [cat.user_id]: "owner" });
  });

  test("the last owner stays, also when others are left, or owners who are suspended", async () => {
    const ann = await signedIn();
    await expectProblem(await leave(ann, ann.org_id), "last_owner");
    await memberOf(ann.org_id, { role: "admin" });
    await memberOf(ann.org_id, { role: "owner", status: 1 });
    const asleep = await memberOf(ann.org_id, { role: "owner" });
    await owner(`update "user" set status = 1 where id = $1`, [asleep.user_id]);
    await expectProblem(await leave(ann, ann.org_id), "last_owner");
    const heir = await memberOf(ann.org_id, { role: "owner" });
    await expectAnswer(await leave(ann, ann.org_id), 204);
    await expectProblem(await leave(heir, ann.org_id), "last_owner");
  });

  test("is not for strangers, guests, or the suspended", async () => {
    const ann = await signedIn();
    const guest = await guestOf(await websiteOf(ann.org_id));
    for (const person of [guest, await signedIn()])
      await expectProblem(await leave(person, ann.org_id), "not_found");
    const off = await memberOf(ann.org_id, { status: 1 });
    await expectProblem(await leave(off, ann.org_id), "member_suspended");
    expect(await owner("select id from member where user_id = $1", [off.user_id])).toHaveLength(2);
    expect(await owner("select id from website_member where user_id = $1", [guest.user_id])).toHaveLength(1);
  });
});

describe("POST /organizations/:org_id/transfer-ownership", () => {
  const transfer = (person: SignedIn, orgId: number, user_id: unknown) =>
    as(person)(`POST /organizations/${orgId}/transfer-ownership`, { user_id });

  test("makes a member the owner and the caller an admin, in one step, from the next request on", async () => {
    const ann = await signedIn();
    const bob = await memberOf(ann.org_id);
    const answer = await expectAnswer(await transfer(ann, ann.org_id, bob.user_id), 200);
    expect(answer).toEqual({ message: expect.any(String), org_id: ann.org_id, user_id: bob.user_id });
    expect(await rolesIn(ann.org_id)).toEqual({ [ann.user_id]: "admin", [bob.user_id]: "owner" });
    await expectProblem(await transfer(ann, ann.org_id, bob.user_id), "owner_required");
    await expectProblem(await as(ann)(`DELETE /organizations/${ann.org_id}`), "permission_missing");
    await expectAnswer(await transfer(bob, ann.org_id, ann.user_id), 200);
    expect(await rolesIn(ann.org_id)).toEqual({ [ann.user_id]: "owner", [bob.user_id]: "admin" });
  });

  test("other owners stay what they are", async () => {
    const ann = await signedIn();
    const [bob, cat] = [await memberOf(ann.org_id, { role: "owner" }), await memberOf(ann.org_id)];
    await expectAnswer(await transfer(ann, ann.org_id, cat.user_id), 200);
    expect(Object.values(await rolesIn(ann.org_id)).sort()).toEqual(["admin", "owner", "owner"]);
    await expectAnswer(await transfer(cat, ann.org_id, bob.user_id), 200);
    expect(await rolesIn(ann.org_id)).toMatchObject({ [bob.user_id]: "owner", [cat.user_id]: "admin" });
  });

  test("only an owner may; who is no active member cannot be one", async () => {
    const ann = await signedIn();
    const [admin, hand] = [await memberOf(ann.org_id, { role: "admin" }), await memberOf(ann.org_id)];
    const off = await memberOf(ann.org_id, { status: 1 });
    const asleep = await memberOf(ann.org_id);
    await owner(`update "user" set status = 1 where id = $1`, [asleep.user_id]);
    const before = await rolesIn(ann.org_id);
    await expectProblem(await transfer(admin, ann.org_id, admin.user_id), "owner_required");
    await expectProblem(await transfer(admin, ann.org_id, off.user_id), "owner_required");
    await expectProblem(await transfer(hand, ann.org_id, hand.user_id), "permission_missing");
    await expectProblem(await transfer(ann, ann.org_id, ann.user_id), "already_owner");
    await expectProblem(await transfer(ann, ann.org_id, off.user_id), "member_inactive");
    await expectProblem(await transfer(ann, ann.org_id, asleep.user_id), "member_inactive");
    expect(await rolesIn(ann.org_id)).toEqual(before);
  });

  test("a stranger, a guest and a malformed id are nobody, whoever asks", async () => {
    const ann = await signedIn();
    const hand = await memberOf(ann.org_id);
    const guest = await guestOf(await websiteOf(ann.org_id));
    const stranger = await signedIn();
    for (const person of [ann, hand])
      for (const id of [stranger.user_id, guest.user_id, 2147483647, 0, "1", null, [hand.user_id]])
        await expectProblem(await transfer(person, ann.org_id, id), "not_found");
    for (const person of [stranger, guest])
      await expectProblem(await transfer(person, ann.org_id, hand.user_id), "not_found");
    expect(await rolesIn(ann.org_id)).toEqual({ [ann.user_id]: "owner", [hand.user_id]: "member" });
  });

  test("asks for a user_id and nothing else", async () => {
    const ann = await signedIn();
    const path = `POST /organizations/${ann.org_id}/transfer-ownership`;
    const { errors } = await expectProblem(
      await as(ann)(path, { user_id: ann.user_id, role: "member" }),
      "invalid_request",
    );
    expect(errors[0].path).toBe("role");
  });
});
