// How many people, where, with which roles, and how that grew. Callers count the organizations in which they hold
// stats:read, platform admins all; the database's functions see to that.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import type { AppEnv } from "../http/context.ts";
import { pageBy } from "../http/cursor.ts";
import { describeIn, insideErrors, type Shown } from "../http/describe.ts";
import { validatePage } from "../http/validate.ts";
import {
  type bucket,
  bucketList,
  type orgCount,
  orgCountList,
  orgRoleCountList,
  type roleCount,
  roleCountList,
} from "./answers.ts";
import { pageOfOrgRoles } from "./org-roles.ts";
import { countOrgWise, countRoleWise, type GrowthRow, growth, type OrgRow, type RoleRow } from "./queries.ts";
import { fewEnough, growthFilters, inOrder, rangeOf, statsFilters } from "./schemas.ts";

const describe = describeIn("Statistics");

const read = { access: "read" } as const;

const toRole = ({ role, scope, user_count }: RoleRow): Shown<typeof roleCount> => ({
  role,
  scope,
  user_count,
});
const toOrg = ({ org_id, organization, member_count }: OrgRow): Shown<typeof orgCount> => ({
  org_id,
  organization,
  member_count,
});
const toBucket = ({ start, joined, left, total }: GrowthRow): Shown<typeof bucket> => ({
  start,
  joined,
  left,
  total,
});

export const stats = new Hono<AppEnv>()
  .get(
    "/stats/role-wise-users",
    describe("countRoleWiseUsers", "People per role", {
      answers: { 200: roleCountList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage(statsFilters, inOrder),
    async (c) => {
      const { limit, ...filters } = c.req.valid("query");
      const [result] = await asUser(c.var, [countRoleWise(filters, c.var.afterKey, limit)], read);
      const { rows } = outcomeOf(result);
      return c.json(await pageBy(({ role, scope }) => [role, scope], c, rows, limit, toRole));
    },
  )

  .get(
    "/stats/org-wise-members",
    describe("countOrgWiseMembers", "Members per organization", {
      answers: { 200: orgCountList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage(statsFilters, inOrder),
    async (c) => {
      const { limit, ...filters } = c.req.valid("query");
      const [result] = await asUser(c.var, [countOrgWise(filters, c.var.after, limit)], read);
      return c.json(await pageBy(({ org_id }) => org_id, c, outcomeOf(result).rows, limit, toOrg));
    },
  )

  .get(
    "/stats/org-role-wise-users",
    describe("countOrgRoleWiseUsers", "People per organization and role", {
      answers: { 200: orgRoleCountList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage(statsFilters, inOrder),
    async (c) => c.json(await pageOfOrgRoles(c, c.req.valid("query"))),
  )

  .get(
    "/stats/membership-growth",
    describe("countMembershipGrowth", "How memberships grew", {
      notes:
        "Buckets of the calendar in `tz`, those without a change included. Without `limit` the whole series is one page.",
      answers: { 200: bucketList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage(growthFilters, fewEnough),
    async (c) => {
      const { limit, ...filters } = c.req.valid("query");
      const [result] = await asUser(c.var, [growth(filters, rangeOf(filters))], read);
      const rows = outcomeOf(result).rows.filter(
        ({ start }) => start > (c.var.after ?? Number.NEGATIVE_INFINITY),
      );
      return c.json(await pageBy(({ start }) => start, c, rows, limit ?? rows.length, toBucket));
    },
  );
