// Who is a platform admin no more, or not by this token, counts like everybody; and what no organization is, none finds.
import { beforeAll, describe, expect, test } from "vitest";
import { joins } from "./support/callers.ts";
import { demote, platformAdmin, promote } from "./support/operators.ts";
import { owner } from "./support/owner.ts";
import { type SignedIn, signedIn, signIn, signUp } from "./support/people.ts";
import { expectProblem } from "./support/problems.ts";
import { askStats, statsOf, statsPaths } from "./support/stats.ts";

/** Somebody else, of whose organization a platform admin counts the members. */
let stranger: SignedIn;
beforeAll(async () => {
  stranger = await signedIn();
});

describe("who is none of them counts only their own", () => {
  test("an admin whose access token names an organization", async () => {
    const person = await promote(await signUp());
    const host = await signedIn();
    const free = await signIn(person);
    await joins(free, host.org_id);
    const narrowed = await signIn(person, { org_id: person.org_id });
    for (const path of statsPaths) {
      await expectProblem(await askStats(narrowed, path, { org_id: stranger.org_id }), "not_found", path);
      expect(await statsOf(narrowed, path)).toEqual(await statsOf(narrowed, path, { org_id: person.org_id }));
      expect(await statsOf(free, path, { org_id: stranger.org_id })).not.toEqual([]);
    }
    expect((await statsOf(narrowed, "org-wise-members")).map(({ org_id }) => org_id)).toEqual([
      person.org_id,
    ]);
    // In an organization in which they may not count, not by being a platform admin either.
    const member = await signIn(person, { org_id: host.org_id });
    for (const path of statsPaths) {
      expect(await statsOf(member, path)).toEqual([]);
      await expectProblem(await askStats(member, path, { org_id: host.org_id }), "permission_missing");
    }
  });

  test("one who is none any more, from the next request on; a cursor does not help", async () => {
    const person = await platformAdmin();
    const page = await askStats(person, "org-wise-members", { limit: 1 });
    const { next_cursor: cursor } = await page.json<{ next_cursor: string }>();
    await demote(person.user_id);
    const mine = [{ org_id: person.org_id, organization: "Acme", member_count: 1 }];
    expect(await statsOf(person, "org-wise-members")).toEqual(mine);
    expect(await statsOf(person, "org-wise-members", { cursor })).toEqual(mine);
    for (const path of statsPaths)
      await expectProblem(await askStats(person, path, { org_id: stranger.org_id }), "not_found", path);
  });

  test("one who is suspended is out", async () => {
    const person = await platformAdmin();
    await owner(`update "user" set status = 1 where id = $1`, [person.user_id]);
    for (const path of statsPaths) await expectProblem(await askStats(person, path), "session_ended", path);
  });
});

test("an id that no organization has is a 404 for a platform admin too", async () => {
  const ada = await platformAdmin();
  for (const path of statsPaths)
    for (const org_id of [0, 2_147_483_647, "x", "9".repeat(30)])
      await expectProblem(await askStats(ada, path, { org_id }), "not_found", `${path} ${org_id}`);
});
