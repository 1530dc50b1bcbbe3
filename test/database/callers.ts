// Who asks for statistics after a history, and about which organizations.
import type { Caller } from "./questions.ts";
import type { Membership, World } from "./recount.ts";
import { countable } from "./recounted-answers.ts";
import type { Random } from "./seeded.ts";

/** A platform admin, somebody with organizations to count, anybody; some with a token for one organization. */
export function callersOf(random: Random, world: World, sessions: Map<number, number>): Caller[] {
  const everybody = [...world.people.keys()];
  const operators = everybody.filter((userId) => world.people.get(userId)?.operator);
  const countedBy = (userId: number) =>
    [...world.organizations.keys()].filter((orgId) => countable(world, { userId, tokenOrg: null }, orgId))
      .length;
  const several = everybody.filter((userId) => countedBy(userId) > 1);
  const counting = several.length > 0 ? several : everybody.filter((userId) => countedBy(userId) > 0);
  return [operators, counting, everybody]
    .filter((people) => people.length > 0)
    .map((people) => {
      const userId = random.oneOf(people);
      const named = nameable(world, { userId });
      const tokenOrg = named.length > 0 && random.chance(0.15) ? random.oneOf(named) : null;
      return { userId, sessionId: sessions.get(userId) ?? 0, tokenOrg };
    });
}

/** All organizations that there ever were, and more often those that the caller is or was in. */
export const nameable = ({ memberships }: World, { userId }: Pick<Caller, "userId">): number[] =>
  memberships.flatMap((one) => (one.userId === userId ? [one.orgId, one.orgId, one.orgId] : [one.orgId]));

/** Owners who may sign in. */
export const ownersOf = (world: World): Membership[] =>
  world.memberships.filter(
    ({ roleId, userId, orgId, websiteId, left }) =>
      world.roles.get(roleId)?.name === "owner" &&
      websiteId === null &&
      left === null &&
      !world.people.get(userId)?.suspended &&
      countable(world, { userId, tokenOrg: orgId }, orgId),
  );
