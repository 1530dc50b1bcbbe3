// You can touch only what you dominate; only owners make or unmake owners; and one of them always remains.
import { describe, expect, test } from "vitest";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { as, expectAnswer } from "./support/requests.ts";
import { extraOf, memberOf, roleOf } from "./support/tenants.ts";

const pathOf = (orgId: number, userId: number) => `/organizations/${orgId}/members/${userId}`;
const membersOf = (orgId: number) =>
  owner("select user_id, role_id, status, settings, updated_at from member where org_id = $1 order by id", [
    orgId,
  ]);
const activeOwners = async (orgId: number) =>
  (
    await owner(
      "select m.id from member m join role r on r.id = m.role_id where m.org_id = $1 and m.status = 0 and r.name = 'owner'",
      [orgId],
    )
  ).length;

/** A person who may change and remove members, and holds little else. */
const clerkOf = (orgId: number) =>
  memberOf(orgId, { permissions: ["member:read", "member:update", "member:remove", "website:read"] });

describe("an owner", () => {
  test("is not touched by an admin, nor made by one, whatever the change", async () => {
    const ann = await signedIn();
    const heir = await extraOf(ann.org_id, "owner");
    const hand = await extraOf(ann.org_id);
    const admin = as(await memberOf(ann.org_id, { role: "admin" }));
    const everything = as(
      await memberOf(ann.org_id, { permissions: ["organization:delete", "member:update", "member:remove"] }),
    );
    const before = await membersOf(ann.org_id);
    for (const person of [admin, everything]) {
      for (const json of [{ role: "member" }, { status: "suspended" }, { settings: { a: 1 } }, {}])
        await expectProblem(await person(`PATCH ${pathOf(ann.org_id, heir)}`, json), "owner_required");
      await expectProblem(await person(`DELETE ${pathOf(ann.org_id, heir)}`), "owner_required");
    }
    await expectProblem(
      await admin(`PATCH ${pathOf(ann.org_id, hand)}`, { role: "owner" }),
      "owner_required",
    );
    expect(await membersOf(ann.org_id)).toEqual(before);
  });

  test("is made, changed and unmade by another owner", async () => {
    const ann = await signedIn();
    const heir = await extraOf(ann.org_id);
    const path = pathOf(ann.org_id, heir);
    for (const json of [
      { role: "owner" },
      { status: 1 },
      { status: 0 },
      { role: "admin" },
      { role: "owner" },
    ])
      await expectAnswer(await as(ann)(`PATCH ${path}`, json), 200);
    await expectAnswer(await as(ann)(`DELETE ${path}`), 204);
  });

  test("may do what no permission of theirs says, to every role", async () => {
    const ann = await signedIn();
    const roleId = await roleOf(ann.org_id, ["audit:read"]);
    const bob = await extraOf(ann.org_id);
    await expectAnswer(await as(ann)(`PATCH ${pathOf(ann.org_id, bob)}`, { role: roleId }), 200);
  });
});

describe("the last owner", () => {
  const refused = async (ann: SignedIn) => {
    const path = pathOf(ann.org_id, ann.user_id);
    const before = await membersOf(ann.org_id);
    await expectProblem(await as(ann)(`PATCH ${path}`, { role: "admin" }), "last_owner");
    await expectProblem(await as(ann)(`PATCH ${path}`, { status: "suspended" }), "last_owner");
    await expectProblem(await as(ann)(`DELETE ${path}`), "last_owner");
    expect(await membersOf(ann.org_id)).toEqual(before);
  };

  test("is not demoted, suspended or removed, alone or with others who are no owners", async () => {
    const ann = await signedIn();
    await refused(ann);
    await extraOf(ann.org_id, "admin");
    await refused(ann);
  });

  test("another owner counts only while active, as a member and as a user", async () => {
    const ann = await signedIn();
    const heir = await extraOf(ann.org_id, "owner");
    await owner("update member set status = 1 where user_id = $1", [heir]);
    await refused(ann);
    await owner("update member set status = 0 where user_id = $1", [heir]);
    await owner(`update "user" set status = 1 where id = $1`, [heir]);
    await refused(ann);
    await owner(`update "user" set status = 0 where id = $1`, [heir]);
    await expectAnswer(await as(ann)(`PATCH ${pathOf(ann.org_id, ann.user_id)}`, { role: "member" }), 200);
  });

  test("two owners who demote, suspend and remove each other at once leave one, every time", async () => {
    const ways = [
      (path: string) => [`PATCH ${path}`, { role: "member" }],
      (path: string) => [`PATCH ${path}`, { status: "suspended" }],
      (path: string) => [`DELETE ${path}`],
    ] as ((path: string) => [string, unknown?])[];
    const pairs = await Promise.all(
      Array.from({ length: 15 }, async (_, i) => {
        const ann = await signedIn();
        return { ann, bob: await memberOf(ann.org_id, { role: "owner" }), i };
      }),
    );
    for (const { ann, bob, i } of pairs) {
      const strike = (one: SignedIn, other: SignedIn, way: number) =>
        as(one)(...(ways[way % 3]?.(pathOf(ann.org_id, other.user_id)) ?? [""]));
      const answers = await Promise.all([strike(ann, bob, i), strike(bob, ann, Math.floor(i / 3))]);
      // The second is no owner any more, no member at all, or would leave nobody.
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect([403, 404, 409]).toContain(answers.find(({ ok }) => !ok)?.status);
      expect(await activeOwners(ann.org_id)).toBe(1);
    }
  });
});

describe("a role above one's own", () => {
  test("is not given, changed or taken away", async () => {
    const ann = await signedIn();
    const clerk = as(await clerkOf(ann.org_id));
    const [above, below] = [
      await roleOf(ann.org_id, ["member:read", "audit:read"]),
      await roleOf(ann.org_id, ["member:read"]),
    ];
    const low = await extraOf(ann.org_id);
    const high = await extraOf(ann.org_id);
    await owner("update member set role_id = $1 where user_id = $2", [below, low]);
    await owner("update member set role_id = $1 where user_id = $2", [above, high]);
    const before = await membersOf(ann.org_id);
    for (const role of [above, "admin", "member"])
      await expectProblem(await clerk(`PATCH ${pathOf(ann.org_id, low)}`, { role }), "role_above_own");
    for (const json of [{ role: below }, { status: "suspended" }, { settings: { a: 1 } }])
      await expectProblem(await clerk(`PATCH ${pathOf(ann.org_id, high)}`, json), "role_above_own");
    await expectProblem(await clerk(`DELETE ${pathOf(ann.org_id, high)}`), "role_above_own");
    expect(await membersOf(ann.org_id)).toEqual(before);
  });

  test("what one dominates is given, changed and taken away", async () => {
    const ann = await signedIn();
    const clerk = as(await clerkOf(ann.org_id));
    const roles = [
      await roleOf(ann.org_id, ["member:read", "member:update", "member:remove", "website:read"]),
      await roleOf(ann.org_id, []),
    ];
    const low = await extraOf(ann.org_id);
    await owner("update member set role_id = $1 where user_id = $2", [roles[1], low]);
    const path = pathOf(ann.org_id, low);
    for (const json of [
      { role: roles[0] },
      { role: roles[1], status: 1 },
      { settings: { a: 1 } },
      { status: 0 },
    ])
      await expectAnswer(await clerk(`PATCH ${path}`, json), 200);
    await expectAnswer(await clerk(`DELETE ${path}`), 204);
  });

  test("is not one's own by promotion; downwards the way is open, and does not lead back", async () => {
    const ann = await signedIn();
    const admin = await memberOf(ann.org_id, { role: "admin" });
    const path = `PATCH ${pathOf(ann.org_id, admin.user_id)}`;
    await expectProblem(await as(admin)(path, { role: "owner" }), "owner_required");
    const clerk = await clerkOf(ann.org_id);
    await expectProblem(
      await as(clerk)(`PATCH ${pathOf(ann.org_id, clerk.user_id)}`, { role: "admin" }),
      "role_above_own",
    );
    const answer = await expectAnswer(await as(admin)(path, { role: "member" }), 200);
    expect(answer).toMatchObject({ role: "member", email: admin.email });
    await expectProblem(await as(admin)(path, { role: "admin" }), "permission_missing");
  });

  test("missing permissions come first, then the role, then the conflict", async () => {
    const ann = await signedIn();
    const hand = await memberOf(ann.org_id);
    await expectProblem(
      await as(hand)(`PATCH ${pathOf(ann.org_id, ann.user_id)}`, { role: "member" }),
      "permission_missing",
    );
    const admin = await memberOf(ann.org_id, { role: "admin" });
    await expectProblem(
      await as(admin)(`PATCH ${pathOf(ann.org_id, ann.user_id)}`, { role: "member" }),
      "owner_required",
    );
  });
});
