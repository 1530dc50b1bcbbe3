// Whatever happens in one tenant, another one's numbers stay as they are.
import { expect, test } from "vitest";
import { call } from "./support/app.ts";
import { confirmed, inviteFrom } from "./support/invitations.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { fold, guestSince, memberSince, statsOf, statsPaths, utc, wasMember } from "./support/stats.ts";
import { guestOf, memberOf, roleOf, visits, websiteOf } from "./support/tenants.ts";

const range = { from: "2019-12-01", to: "2150-01-01", interval: "month", tz: "Asia/Kolkata" };

/** Everything that this person can count, whole and filtered, to the letter. */
const numbersOf = async (person: SignedIn): Promise<string> => {
  const answers = [];
  for (const path of statsPaths) {
    const { from, to, ...series } = range;
    const more = path === "membership-growth" ? { ...series, from, to: "2026-01-01" } : { from, to };
    for (const asked of [
      { org_id: person.org_id },
      more,
      { ...more, status: "active", org_id: person.org_id },
    ])
      answers.push([path, asked, await statsOf(person, path, asked)]);
  }
  return JSON.stringify(answers);
};

/** Members of several roles, guests, past ones; somebody of the other tenant among them. */
async function tenant(other?: SignedIn): Promise<SignedIn> {
  const boss = await confirmed();
  await roleOf(boss.org_id, [], { name: "Editor" });
  await memberSince(boss.org_id, { role: "Editor", at: utc("2020-01-01") });
  await memberSince(boss.org_id, { status: 1, at: utc("2020-02-01") });
  await guestSince(await websiteOf(boss.org_id), { at: utc("2020-02-01") });
  await wasMember(boss.org_id, utc("2020-01-02"), utc("2020-01-20"));
  if (other) await memberSince(boss.org_id, { userId: other.user_id });
  return boss;
}

test("a storm in one tenant moves no number of another, folded or not", async () => {
  const bob = await tenant();
  const ann = await tenant(bob);
  const [theirs, shared] = [await numbersOf(bob), await statsOf(ann, "org-wise-members")];
  expect(JSON.parse(theirs)).toHaveLength(12);
  expect(shared).toEqual([{ org_id: ann.org_id, organization: "Acme", member_count: 4 }]);

  const path = `/organizations/${ann.org_id}`;
  const shop = await websiteOf(ann.org_id);
  const role = await roleOf(ann.org_id, [], { name: "Writer" });
  const people = await Promise.all(Array.from({ length: 6 }, () => memberOf(ann.org_id)));
  for (const person of people) await visits(person.user_id, shop);
  const [cat, dan, eve, fay, gus, hal] = people as [
    SignedIn,
    SignedIn,
    SignedIn,
    SignedIn,
    SignedIn,
    SignedIn,
  ];
  const guest = await guestOf(shop);
  const { token } = await inviteFrom(ann);
  const newcomer = { token, password: "another fine passphrase" };
  const change = (person: SignedIn, json: object) => as(ann)(`PATCH ${path}/members/${person.user_id}`, json);
  await Promise.all([
    expectAnswer(await change(cat, { role: "Writer" }), 200),
    expectAnswer(await change(dan, { status: "suspended" }), 200),
    expectAnswer(await change(eve, { role: "admin" }), 200),
    expectAnswer(await as(fay)(`POST ${path}/leave`), 204),
    expectAnswer(await as(ann)(`DELETE ${path}/members/${gus.user_id}`), 204),
    expectAnswer(await as(hal)("DELETE /me", { password: hal.password }), 204),
    expectAnswer(await call("/accept-invite", { json: newcomer }), 201),
    expectAnswer(await as(ann)(`PATCH ${path}/roles/${role}`, { name: "Editor of words" }), 200),
    expectAnswer(await as(ann)(`DELETE ${path}/websites/${shop}/members/${guest.user_id}`), 204),
  ]);
  expect(await numbersOf(bob)).toBe(theirs);
  await fold([ann.org_id]);
  expect(await numbersOf(bob)).toBe(theirs);
  await fold([bob.org_id]);
  expect(await numbersOf(bob)).toBe(theirs);
  expect((await statsOf(ann, "org-wise-members"))[0].member_count).toBe(4 + 6 - 3 + 1);

  await expectAnswer(await as(ann)(`DELETE ${path}`), 204);
  expect(await numbersOf(bob)).toBe(theirs);
  await fold([ann.org_id, bob.org_id]);
  expect(await numbersOf(bob)).toBe(theirs);
});

test("a person who leaves one organization is still counted in another", async () => {
  const [ann, bob] = [await signedIn(), await signedIn()];
  const cat = await memberOf(ann.org_id);
  await memberSince(bob.org_id, { userId: cat.user_id });
  const theirs = await numbersOf(bob);
  await expectAnswer(await as(cat)(`POST /organizations/${ann.org_id}/leave`), 204);
  expect(await numbersOf(bob)).toBe(theirs);
  // Deleting the account ends both memberships.
  await expectAnswer(await as(cat)("DELETE /me", { password: cat.password }), 204);
  expect((await statsOf(bob, "org-wise-members"))[0].member_count).toBe(1);
});
