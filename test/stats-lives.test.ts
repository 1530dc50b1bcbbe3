// What people do through the API, and what the statistics say of it: at once, and after the cron.
import { expect, test } from "vitest";
import { call } from "./support/app.ts";
import { confirmed, inviteFrom } from "./support/invitations.ts";
import { newEmail, type SignedIn, signedIn } from "./support/people.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { foldedOrNot, guestSince, statsOf } from "./support/stats.ts";
import { memberOf, roleOf, visits, websiteOf } from "./support/tenants.ts";

type Numbers = {
  members: number;
  roles: Record<string, number>;
  joined: number;
  left: number;
  total: number;
};
type Row = { role: string; user_count: number; joined: number; left: number };

/** All that is counted of one person's own organization. */
async function look(person: SignedIn): Promise<Numbers> {
  const here = { org_id: person.org_id };
  const [org] = await statsOf(person, "org-wise-members", here);
  const roles = (rows: Row[]) => Object.fromEntries(rows.map(({ role, user_count }) => [role, user_count]));
  const byRole = roles(await statsOf(person, "role-wise-users", here));
  expect(roles(await statsOf(person, "org-role-wise-users", here))).toEqual(byRole);
  const series: Row[] = await statsOf(person, "membership-growth", here);
  const sum = (key: "joined" | "left") => series.reduce((all, row) => all + row[key], 0);
  const { total } = series.at(-1) as unknown as Numbers;
  return { members: org.member_count, roles: byRole, joined: sum("joined"), left: sum("left"), total };
}
const numbers = (person: SignedIn) => foldedOrNot([person.org_id], () => look(person));
const of = (members: number, roles: Record<string, number>, left = 0): Numbers => ({
  ...{ members, roles, joined: members + left, left, total: members },
});
const member = ({ org_id }: SignedIn, { user_id }: SignedIn) => `/organizations/${org_id}/members/${user_id}`;

test("signing up makes one member, accepting an invite another", async () => {
  const ann = await confirmed();
  expect(await numbers(ann)).toEqual(of(1, { owner: 1 }));
  const { token } = await inviteFrom(ann, { role: "admin" });
  expect(await numbers(ann)).toEqual(of(1, { owner: 1 }));
  const json = { token, password: "another fine passphrase" };
  await expectAnswer(await call("/accept-invite", { json }), 201);
  expect(await numbers(ann)).toEqual(of(2, { owner: 1, admin: 1 }));
  const visit = await inviteFrom(ann, { websiteId: await websiteOf(ann.org_id), email: newEmail() });
  await expectAnswer(await call("/accept-invite", { json: { ...json, token: visit.token } }), 201);
  expect(await numbers(ann)).toEqual(of(2, { owner: 1, admin: 1, website_user: 1 }));
});

test("another role is another row, and neither joining nor leaving", async () => {
  const ann = await signedIn();
  const hand = await memberOf(ann.org_id);
  await roleOf(ann.org_id, [], { name: "Editor" });
  for (const role of ["Editor", "admin", "Editor", "Editor", "member"]) {
    await expectAnswer(await as(ann)(`PATCH ${member(ann, hand)}`, { role }), 200);
    expect(await numbers(ann)).toEqual(of(2, { owner: 1, [role]: 1 }));
  }
});

test("suspension and settings change no number but that of the status", async () => {
  const ann = await signedIn();
  const hand = await memberOf(ann.org_id);
  const count = async (status: string) =>
    (await statsOf(ann, "org-wise-members", { status }))[0].member_count;
  for (const status of ["suspended", "active", "suspended"]) {
    await expectAnswer(
      await as(ann)(`PATCH ${member(ann, hand)}`, { status, settings: { at: status } }),
      200,
    );
    expect(await numbers(ann)).toEqual(of(2, { owner: 1, member: 1 }));
    expect([await count("active"), await count("suspended")]).toEqual(status === "active" ? [2, 0] : [1, 1]);
  }
  await expectAnswer(await as(ann)(`DELETE ${member(ann, hand)}`), 204);
  expect(await numbers(ann)).toEqual(of(1, { owner: 1 }, 1));
});

test("an owner who hands over is an admin", async () => {
  const ann = await signedIn();
  const hand = await memberOf(ann.org_id);
  const json = { user_id: hand.user_id };
  await expectAnswer(await as(ann)(`POST /organizations/${ann.org_id}/transfer-ownership`, json), 200);
  expect(await numbers(ann)).toEqual(of(2, { owner: 1, admin: 1 }));
});

test("who is removed, leaves or deletes the account has left, with the websites; who comes again joins again", async () => {
  const ann = await signedIn();
  const site = await websiteOf(ann.org_id);
  const [bob, cat, dan] = await Promise.all([
    memberOf(ann.org_id),
    memberOf(ann.org_id, { role: "admin" }),
    memberOf(ann.org_id),
  ]);
  for (const person of [bob, cat, dan]) await visits(person.user_id, site);
  expect(await numbers(ann)).toEqual(of(4, { owner: 1, admin: 1, member: 2, website_user: 3 }));
  await expectAnswer(await as(ann)(`DELETE ${member(ann, bob)}`), 204);
  expect(await numbers(ann)).toEqual(of(3, { owner: 1, admin: 1, member: 1, website_user: 2 }, 1));
  await expectAnswer(await as(cat)(`POST /organizations/${ann.org_id}/leave`), 204);
  expect(await numbers(ann)).toEqual(of(2, { owner: 1, member: 1, website_user: 1 }, 2));
  await expectAnswer(await as(dan)("DELETE /me", { password: dan.password }), 204);
  expect(await numbers(ann)).toEqual(of(1, { owner: 1 }, 3));
  await comesAgain(ann, bob);
  expect(await numbers(ann)).toEqual(of(2, { owner: 1, member: 1 }, 3));
});

/** A person who was here before comes in again. */
async function comesAgain(host: SignedIn, person: SignedIn): Promise<void> {
  const { token } = await inviteFrom(host, { email: person.email });
  const json = { token, password: person.password };
  await expectAnswer(await call("/accept-invite", { json }), 200);
}

test("a website's guests go with it, or one by one; the organization's members are as many as before", async () => {
  const ann = await signedIn();
  const [shop, blog] = [await websiteOf(ann.org_id), await websiteOf(ann.org_id)];
  const guest = await guestSince(shop);
  await guestSince(blog, { userId: guest });
  const other = await guestSince(blog, { role: "website_admin" });
  const site = (id: number) => `/organizations/${ann.org_id}/websites/${id}`;
  expect(await numbers(ann)).toEqual(of(1, { owner: 1, website_user: 1, website_admin: 1 }));
  await expectAnswer(await as(ann)(`DELETE ${site(shop)}`), 204);
  expect(await numbers(ann)).toEqual(of(1, { owner: 1, website_user: 1, website_admin: 1 }));
  await expectAnswer(await as(ann)(`PATCH ${site(blog)}/members/${other}`, { role: "website_user" }), 200);
  expect(await numbers(ann)).toEqual(of(1, { owner: 1, website_user: 2 }));
  await expectAnswer(await as(ann)(`DELETE ${site(blog)}/members/${other}`), 204);
  expect(await numbers(ann)).toEqual(of(1, { owner: 1, website_user: 1 }));
  await expectAnswer(await as(ann)(`DELETE ${site(blog)}`), 204);
  expect(await numbers(ann)).toEqual(of(1, { owner: 1 }));
});

test("a deleted organization is in no list, and other organizations of its people do not notice", async () => {
  const ann = await signedIn();
  const { org_id: second } = await expectAnswer(
    await as(ann)("POST /organizations", { name: "Second" }),
    201,
  );
  const hand = await memberOf(ann.org_id);
  await expectAnswer(await as(ann)(`DELETE /organizations/${ann.org_id}`), 204);
  const rest = { ...ann, org_id: second };
  expect(await numbers(rest)).toEqual(of(1, { owner: 1 }));
  expect(await statsOf(ann, "org-wise-members")).toEqual([
    { org_id: second, organization: "Second", member_count: 1 },
  ]);
  expect(await statsOf(ann, "role-wise-users")).toEqual([
    { role: "owner", scope: "organization", user_count: 1 },
  ]);
  expect(await statsOf(ann, "org-role-wise-users")).toHaveLength(1);
  expect(await numbers(hand)).toEqual(of(1, { owner: 1 }));
});
