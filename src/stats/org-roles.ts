// How many people hold which role of which organization: for its path and for the older one.
import type { Context } from "hono";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import type { SignedInEnv } from "../http/context.ts";
import { pageBy } from "../http/cursor.ts";
import type { Shown } from "../http/describe.ts";
import type { orgRoleCount } from "./answers.ts";
import { countOrgRoleWise, type OrgRoleRow } from "./queries.ts";
import type { Filters } from "./schemas.ts";

/** After the last of an organization's roles. */
const noRoleAfter = 2_147_483_647;

const toOrgRole = ({
  org_id,
  organization,
  role,
  scope,
  user_count,
}: OrgRoleRow): Shown<typeof orgRoleCount> => ({ org_id, organization, role, scope, user_count });

export async function pageOfOrgRoles(
  c: Context<SignedInEnv>,
  { limit, ...filters }: Filters & { limit: number },
) {
  const [result] = await asUser(c.var, [countOrgRoleWise(filters, c.var.afterKey, limit)], {
    access: "read",
  });
  const { rows, resume_after } = outcomeOf(result);
  const resumeAfter = resume_after ? [resume_after, noRoleAfter] : null;
  const keyOf = ({ org_id, role_id }: OrgRoleRow) => [org_id, role_id];
  return pageBy(keyOf, c, rows, limit, toOrgRole, resumeAfter);
}
