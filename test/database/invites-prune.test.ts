// What the cron removes of invites: pending ones whose time is over, and settled ones after thirty days; so many at a time,
// and none that somebody holds.
import { expect, test } from "vitest";
import { type Invite, invited, stateOf } from "./invitations.ts";
import { society } from "./society.ts";

const { scratch, owner, service, company } = await society();
const org = await company();
const prune = async (limit = 1000, client = service) => {
  const { rows } = await client.query("select app.prune($1) as gone", [limit]);
  const { invites, settled_invites } = rows[0].gone;
  return [invites, settled_invites];
};
const many = async (count: number, expiresAt: number) => {
  const made: Invite[] = [];
  while (made.length < count) made.push(await invited(owner, org.owner, org, { expiresAt }));
  return made;
};
const left = async (invites: Invite[]) => {
  let count = 0;
  for (const invite of invites) if (await stateOf(owner, invite)) count += 1;
  return count;
};
const day = 86_400_000;

test("pending invites go when their time is over, settled ones when they have been for thirty days", async () => {
  const now = Date.now();
  const settled = async (days: number, expiresAt: number) => {
    const [invite] = await many(1, expiresAt);
    await owner.query("update invite set state = 'accepted', settled_at = $1 where id = $2", [
      now - days * day,
      invite?.inviteId,
    ]);
    return invite as Invite;
  };
  const stays = [
    ...(await many(1, now + 60_000)),
    await settled(29, now - 29 * day),
    // A link of it works still, and is told why it does not.
    await settled(31, now + 60_000),
  ];
  const goes = [...(await many(2, now - 1)), await settled(31, now - day)];
  expect(await prune()).toEqual([2, 1]);
  expect([await left(stays), await left(goes)]).toEqual([3, 0]);
  expect(await prune()).toEqual([0, 0]);
});

test("so many at a time go, the oldest first", async () => {
  const [newer, older] = [await many(2, 2000), await many(3, 1000)];
  expect(await prune(3)).toEqual([3, 0]);
  expect([await left(newer), await left(older)]).toEqual([2, 0]);
  expect(await prune(3)).toEqual([2, 0]);
});

test("an invite that somebody holds is left to the next run, which does not wait for it", async () => {
  const [held, ...others] = await many(4, 1);
  await owner.query("begin");
  await owner.query("select from invite where id = $1 for update", [held?.inviteId]);
  expect(await prune()).toEqual([3, 0]);
  await owner.query("commit");
  expect([await left(others), await left([held as Invite])]).toEqual([0, 1]);
  expect(await prune()).toEqual([1, 0]);
});

test("two runs at once share the work, and neither is told of a deadlock", async () => {
  const two = await scratch.connect("service");
  for (let round = 0; round < 5; round += 1) {
    const invites = await many(40, 1);
    const gone = await Promise.all([prune(), prune(1000, two)]);
    expect((gone[0]?.[0] as number) + (gone[1]?.[0] as number)).toBe(40);
    expect(await left(invites)).toBe(0);
  }
});
