// What a recount of the audit trail answers to a question to the statistics.
import { bucketsOf, startOfLast } from "./local-days.ts";
import type { Answer, Caller, Filters, GrowthQuestion, Question, Row } from "./questions.ts";
import type { Membership, World } from "./recount.ts";

const bucketsUnasked = 30;

export function answerOf(world: World, now: number, caller: Caller, question: Question): Answer {
  const orgIds = counted(world, caller, question.orgId);
  if (typeof orgIds === "string") return orgIds;
  if (question.about === "membership_growth") return growth(world, now, orgIds, question);
  const seen = orgIds ?? [...world.organizations.keys()].sort((a, b) => a - b);
  if (question.about === "org_wise_members") return orgWise(world, seen, question);
  if (question.about === "role_wise_users") return roleWise(world, seen, question);
  return seen.flatMap((orgId) => orgRoleWise(world, orgId, question));
}

/** The organizations that the caller may count, by id; null: all; or the refusal. */
function counted(world: World, caller: Caller, orgId: number | null): number[] | null | string {
  const account = world.people.get(caller.userId);
  if (!account || account.suspended) return "TN401 session_ended";
  if (account.operator && caller.tokenOrg === null) {
    if (orgId === null) return null;
    return world.organizations.has(orgId) ? [orgId] : "TN404 not_found";
  }
  if (orgId !== null) return refusal(world, caller, orgId) ?? [orgId];
  return [...world.organizations.keys()].filter((id) => countable(world, caller, id)).sort((a, b) => a - b);
}

/** Whether a person (who is no platform admin) may count this organization. */
export const countable = (world: World, caller: Omit<Caller, "sessionId">, orgId: number): boolean =>
  refusal(world, caller, orgId) === null;

function refusal(
  world: World,
  { userId, tokenOrg }: Omit<Caller, "sessionId">,
  orgId: number,
): string | null {
  const mine = world.memberships.find(
    (one) => one.userId === userId && one.orgId === orgId && one.websiteId === null && one.left === null,
  );
  if (!mine || (tokenOrg !== null && tokenOrg !== orgId)) return "TN404 not_found";
  const role = world.roles.get(mine.roleId);
  const isOwner = role?.system && role.name === "owner";
  if (mine.status !== 0) return "TN403 member_suspended";
  if (world.organizations.get(orgId)?.suspended && !isOwner) return "TN403 organization_suspended";
  return role?.permissions.includes("stats:read") ? null : "TN403 permission_missing";
}

const fits =
  ({ from, to, status }: Filters) =>
  (one: Membership) =>
    (from === null || one.joined >= from) &&
    (to === null || one.joined < to) &&
    (status === null || one.status === status);

/** Those that last. */
const lasting = (world: World, orgIds: number[], filters: Filters) =>
  world.memberships.filter((one) => one.left === null && orgIds.includes(one.orgId)).filter(fits(filters));

const orgWise = (world: World, orgIds: number[], filters: Filters): Row[] =>
  orgIds.map((orgId) => ({
    org_id: orgId,
    organization: world.organizations.get(orgId)?.name ?? "",
    member_count: lasting(world, [orgId], filters).filter(({ websiteId }) => websiteId === null).length,
  }));

/** People by what `keyOf` makes of their role. */
function distinct<Key>(memberships: Membership[], keyOf: (roleId: number) => Key): Map<Key, number> {
  const users = new Map<Key, Set<number>>();
  for (const { roleId, userId } of memberships) {
    const key = keyOf(roleId);
    users.set(key, (users.get(key) ?? new Set()).add(userId));
  }
  return new Map([...users].map(([key, { size }]) => [key, size]));
}

function roleWise(world: World, orgIds: number[], filters: Filters): Row[] {
  const separator = "\u0000";
  const counts = distinct(lasting(world, orgIds, filters), (roleId) => {
    const role = world.roles.get(roleId);
    return [role?.name, role?.scope].join(separator);
  });
  return [...counts]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, users]) => {
      const [role = "", scope = ""] = key.split(separator);
      return { role, scope, user_count: users };
    });
}

function orgRoleWise(world: World, orgId: number, filters: Filters): Row[] {
  const counts = distinct(lasting(world, [orgId], filters), (roleId) => roleId);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([roleId, users]) => ({
      org_id: orgId,
      organization: world.organizations.get(orgId)?.name ?? "",
      role: world.roles.get(roleId)?.name ?? "",
      scope: world.roles.get(roleId)?.scope ?? "",
      user_count: users,
    }));
}

/** Of all organizations (null), those that are gone too. What happened in this very moment has happened. */
function growth(world: World, now: number, orgIds: number[] | null, question: GrowthQuestion): Row[] {
  if (orgIds?.length === 0) return [];
  const { interval, timeZone, status } = question;
  const until = question.to ?? now + 1;
  const since = question.from ?? startOfLast(bucketsUnasked, interval, timeZone, until);
  const all = world.memberships.filter(
    (one) =>
      one.websiteId === null &&
      (orgIds === null || orgIds.includes(one.orgId)) &&
      (status === null || one.status === status),
  );
  if (since >= until) return [];
  return bucketsOf(interval, timeZone, since, until).map(({ starts, begins, ends }) => {
    const within = (at: number | null) => at !== null && at >= begins && at < ends;
    return {
      start: starts,
      joined: all.filter(({ joined }) => within(joined)).length,
      left: all.filter(({ left }) => within(left)).length,
      total: all.filter(({ joined, left }) => joined < ends && (left === null || left >= ends)).length,
    };
  });
}
