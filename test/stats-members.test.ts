// GET /stats/org-wise-members: how many members each organization has, none included.
import { expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { type Asked, allSince, foldedOrNot, guestSince, memberSince, statsOf, utc } from "./support/stats.ts";
import { websiteOf } from "./support/tenants.ts";

const path = "org-wise-members";
const membersIn = async (person: SignedIn, orgIds: number[], asked: Asked = {}) =>
  foldedOrNot(orgIds, () => statsOf(person, path, asked));

const created = async (person: SignedIn, name: string): Promise<number> =>
  (await expectAnswer(await as(person)("POST /organizations", { name }), 201)).org_id;

test("a row for each organization with exactly its three fields, by ascending id; guests are no members", async () => {
  const ann = await signedIn({ organization_name: "Zeta" });
  const second = await created(ann, "Alpha");
  for (const role of ["member", "member", "admin"]) await memberSince(ann.org_id, { role });
  await guestSince(await websiteOf(second));
  expect(await membersIn(ann, [ann.org_id, second])).toEqual([
    { org_id: ann.org_id, organization: "Zeta", member_count: 4 },
    { org_id: second, organization: "Alpha", member_count: 1 },
  ]);
  expect(await membersIn(ann, [second], { org_id: second })).toEqual([
    { org_id: second, organization: "Alpha", member_count: 1 },
  ]);
  await as(ann)(`PATCH /organizations/${second}`, { name: "Änderung 💡" });
  expect(await statsOf(ann, path, { org_id: second })).toEqual([
    { org_id: second, organization: "Änderung 💡", member_count: 1 },
  ]);
});

test("a person in several organizations is a member of each", async () => {
  const ann = await signedIn();
  const second = await created(ann, "Second");
  const userId = await memberSince(ann.org_id);
  await memberSince(second, { userId });
  const counts = await membersIn(ann, [ann.org_id, second]);
  expect(counts.map((row) => row.member_count)).toEqual([2, 2]);
});

test("an organization in which nobody is counted is there with a zero, also where a filter leaves nobody", async () => {
  const ann = await signedIn();
  await memberSince(ann.org_id, { at: utc("2001-02-03") });
  const none = [{ org_id: ann.org_id, organization: "Acme", member_count: 0 }];
  for (const asked of [
    { to: "2001-02-03" },
    { from: "2001-02-04", to: "2001-02-05" },
    { from: "2001-02-03", to: "2001-02-03" },
    { status: "suspended" },
    { from: "2999-01-01" },
    { from: 999_999_999_999_999 },
    { to: 0 },
  ] as Asked[])
    expect(await membersIn(ann, [ann.org_id], asked), JSON.stringify(asked)).toEqual(none);
  expect(await statsOf(ann, path, { from: "2001-02-03", to: "2001-02-04" })).toEqual([
    { ...none[0], member_count: 1 },
  ]);
});

test("suspended members count unless the filter says otherwise, by its word or its code", async () => {
  const ann = await signedIn();
  for (const status of [0, 1, 1]) await memberSince(ann.org_id, { status });
  const count = async (asked: Asked) => (await membersIn(ann, [ann.org_id], asked))[0].member_count;
  expect(await count({})).toBe(4);
  for (const status of ["active", 0]) expect(await count({ status })).toBe(2);
  for (const status of ["suspended", 1]) expect(await count({ status })).toBe(2);
});

test("a deleted organization is gone from the list, others are as they were", async () => {
  const ann = await signedIn();
  const second = await created(ann, "Second");
  await memberSince(second);
  const kept = { org_id: ann.org_id, organization: "Acme", member_count: 1 };
  expect(await membersIn(ann, [ann.org_id, second])).toEqual([
    kept,
    { org_id: second, organization: "Second", member_count: 2 },
  ]);
  await memberSince(second);
  await as(ann)(`DELETE /organizations/${second}`);
  expect(await membersIn(ann, [ann.org_id])).toEqual([kept]);
  expect(await owner("select from member_tally where org_id = $1", [second])).toEqual([]);
});

test("whoever holds stats:read nowhere gets an empty list", async () => {
  const ann = await signedIn();
  await as(ann)(`DELETE /organizations/${ann.org_id}`);
  expect(await statsOf(ann, path)).toEqual([]);
});

test("many members of many days, folded in part, are all counted", async () => {
  const ann = await signedIn();
  await allSince(ann.org_id, utc("2001-01-01"));
  for (let day = 2; day <= 9; day += 1) await memberSince(ann.org_id, { at: utc(`2001-01-0${day}`) });
  const orgIds = [ann.org_id];
  expect((await membersIn(ann, orgIds))[0].member_count).toBe(9);
  // From here on the tallies hold the first nine alone.
  for (let day = 1; day <= 5; day += 1)
    await memberSince(ann.org_id, { at: utc(`2001-01-0${day}T12:00:00`) });
  await owner("delete from member where org_id = $1 and created_at = $2", [ann.org_id, utc("2001-01-09")]);
  const [half] = await statsOf(ann, path);
  expect(half.member_count).toBe(13);
  const [some] = await statsOf(ann, path, { from: "2001-01-03", to: "2001-01-05T12:00:00Z" });
  expect(some.member_count).toBe(5);
  expect((await membersIn(ann, orgIds))[0].member_count).toBe(13);
});
