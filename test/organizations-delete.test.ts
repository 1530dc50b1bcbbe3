// The end of an organization, with everything in it and nothing else.
import { expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraGuestOf, memberOf, websiteOf } from "./support/tenants.ts";

const rowOf = async (orgId: number) => (await owner("select * from organisation where id = $1", [orgId]))[0];

test("takes everything of it along, and nothing of anybody else", async () => {
  const [bob, other] = [await signedIn(), await signedIn()];
  const hand = await memberOf(bob.org_id, { role: "admin" });
  const site = await websiteOf(bob.org_id);
  await extraGuestOf(site);
  const kept = await websiteOf(other.org_id);
  await extraGuestOf(kept);
  const there = `DELETE /organizations/${bob.org_id}`;
  await expectProblem(await as(hand)(there), "permission_missing");
  expect(await expectAnswer(await as(bob)(there), 204)).toBeNull();
  const counts = async (orgId: number) =>
    (
      await owner(
        `select (select count(*) from organisation where id = $1)::int as organisation,
          (select count(*) from role where org_id = $1)::int as role,
          (select count(*) from member where org_id = $1)::int as member,
          (select count(*) from website where org_id = $1)::int as website,
          (select count(*) from website_member where org_id = $1)::int as website_member`,
        [orgId],
      )
    )[0];
  const none = { organisation: 0, role: 0, member: 0, website: 0, website_member: 0 };
  expect(await counts(bob.org_id)).toEqual(none);
  expect(await counts(other.org_id)).toEqual({
    organisation: 1,
    role: 5,
    member: 1,
    website: 1,
    website_member: 1,
  });
  for (const person of [bob, hand]) await expectProblem(await as(person)(there), "not_found");
  // People outlive their organizations.
  await expectAnswer(await as(bob)("GET /me"), 200);
});

test("a custom role with organization:delete may delete it, as it says", async () => {
  const bob = await signedIn();
  const hand = await memberOf(bob.org_id, { permissions: ["organization:delete"] });
  await expectAnswer(await as(hand)(`DELETE /organizations/${bob.org_id}`), 204);
  expect(await rowOf(bob.org_id)).toBeUndefined();
});
