// How many people, where, with which roles, and how that grew. Callers count the organizations in which they hold
// stats:read, platform admins all; the database's functions see to that.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import type { AppEnv } from "../http/context.ts";
import { pageBy } from "../http/cursor.ts";
import { validatePage } from "../http/validate.ts";
import {
  countOrgRoleWise,
  countOrgWise,
  countRoleWise,
  type GrowthRow,
  growth,
  type OrgRoleRow,
  type OrgRow,
  type RoleRow,
} from "./queries.ts";
import { fewEnough, growthFilters, inOrder, rangeOf, statsFilters } from "./schemas.ts";

const read = { access: "read" } as const;
/** After the last of an organization's roles. */
const noRoleAfter = 2_147_483_647;

const toRole = ({ role, scope, user_count }: RoleRow) => ({ role, scope, user_count });
const toOrg = ({ org_id, organization, member_count }: OrgRow) => ({ org_id, organization, member_count });
const toOrgRole = ({ org_id, organization, ...held }: OrgRoleRow) => ({
  org_id,
  organization,
  ...toRole(held),
});
const toBucket = ({ start, joined, left, total }: GrowthRow) => ({ start, joined, left, total });

export const stats = new Hono<AppEnv>()
  .get("/stats/role-wise-users", authenticate, validatePage(statsFilters, inOrder), async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const [result] = await asUser(c.var, [countRoleWise(filters, c.var.afterKey, limit)], read);
    const { rows } = outcomeOf(result);
    return c.json(await pageBy(({ role, scope }) => [role, scope], c, rows, limit, toRole));
  })

  .get("/stats/org-wise-members", authenticate, validatePage(statsFilters, inOrder), async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const [result] = await asUser(c.var, [countOrgWise(filters, c.var.after, limit)], read);
    return c.json(await pageBy(({ org_id }) => org_id, c, outcomeOf(result).rows, limit, toOrg));
  })

  .get("/stats/org-role-wise-users", authenticate, validatePage(statsFilters, inOrder), async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const [result] = await asUser(c.var, [countOrgRoleWise(filters, c.var.afterKey, limit)], read);
    const { rows, resume_after } = outcomeOf(result);
    const resumeAfter = resume_after ? [resume_after, noRoleAfter] : null;
    const keyOf = ({ org_id, role_id }: OrgRoleRow) => [org_id, role_id];
    return c.json(await pageBy(keyOf, c, rows, limit, toOrgRole, resumeAfter));
  })

  .get("/stats/membership-growth", authenticate, validatePage(growthFilters, fewEnough), async (c) => {
    const { limit, ...filters } = c.req.valid("query");
    const [result] = await asUser(c.var, [growth(filters, rangeOf(filters))], read);
    const rows = outcomeOf(result).rows.filter(
      ({ start }) => start > (c.var.after ?? Number.NEGATIVE_INFINITY),
    );
    return c.json(await pageBy(({ start }) => start, c, rows, limit ?? rows.length, toBucket));
  });
