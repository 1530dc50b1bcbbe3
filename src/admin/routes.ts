// Platform admins: organizations and people of the whole service, found, suspended and restored. Everybody else gets the
// same 403 for every path here, whatever it names.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser, type Signed } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, type Shown } from "../http/describe.ts";
import { orgParam, type Status, toStatus } from "../http/fields.ts";
import { validateNothing, validatePage, validateParam, validateQuery } from "../http/validate.ts";
import { operatedOrganization, operatedOrganizationList, operatedUser, operatedUserList } from "./answers.ts";
import {
  findOrganizations,
  findUsers,
  type OrganizationRow,
  setOrganizationStatus,
  setUserStatus,
  type UserRow,
} from "./queries.ts";
import { searchFilters, suspendQuery, userParam } from "./schemas.ts";

const describe = describeIn("Platform admins");

const toOrganization = (row: OrganizationRow): Shown<typeof operatedOrganization> => ({
  org_id: row.id,
  name: row.name,
  status: toStatus(row.status),
  personal: row.personal,
  created_at: row.created_at,
  updated_at: row.updated_at,
});
const toUser = (row: UserRow): Shown<typeof operatedUser> => ({
  user_id: row.id,
  email: row.email,
  name: row.name,
  email_verified: row.email_verified,
  status: toStatus(row.status),
  platform_admin: row.platform_admin,
  created_at: row.created_at,
  updated_at: row.updated_at,
});

export const admin = new Hono<AppEnv>()
  .get(
    "/admin/organizations",
    describe("findOrganizations", "Find organizations", {
      answers: { 200: operatedOrganizationList },
      errors: ["permission_missing"],
    }),
    authenticate,
    validatePage(searchFilters),
    async (c) => {
      const { limit, ...filters } = c.req.valid("query");
      const flow = findOrganizations(filters, { after: c.var.after, limit });
      const [search] = await asUser(c.var, [flow], { access: "read" });
      const { rows, resume_after } = outcomeOf(search);
      return c.json(await page(c, rows, limit, toOrganization, resume_after));
    },
  )

  .get(
    "/admin/users",
    describe("findUsers", "Find people", {
      answers: { 200: operatedUserList },
      errors: ["permission_missing"],
    }),
    authenticate,
    validatePage(searchFilters),
    async (c) => {
      const { limit, ...filters } = c.req.valid("query");
      const flow = findUsers(filters, { after: c.var.after, limit });
      const [search] = await asUser(c.var, [flow], { access: "read" });
      const { rows, resume_after } = outcomeOf(search);
      return c.json(await page(c, rows, limit, toUser, resume_after));
    },
  )

  .post(
    "/admin/organizations/:org_id/suspend",
    describe("suspendOrganization", "Suspend an organization", {
      answers: { 200: operatedOrganization },
      errors: ["permission_missing", "not_found"],
    }),
    authenticate,
    validateNothing,
    validateParam(orgParam),
    async (c) => c.json(await changeOrganization(c.var, c.req.valid("param").org_id, "suspended")),
  )

  .post(
    "/admin/organizations/:org_id/restore",
    describe("restoreOrganization", "Restore an organization", {
      answers: { 200: operatedOrganization },
      errors: ["permission_missing", "not_found", "last_owner"],
    }),
    authenticate,
    validateNothing,
    validateParam(orgParam),
    async (c) => c.json(await changeOrganization(c.var, c.req.valid("param").org_id, "active")),
  )

  .post(
    "/admin/users/:user_id/suspend",
    describe("suspendUser", "Suspend a person", {
      notes:
        "Ends their sessions for good. 409 `last_owner` names, in `organizations`, those that others would be left in without an owner; `with_organizations=true` suspends them too.",
      answers: { 200: operatedUser },
      errors: ["permission_missing", "not_found", "own_account", "last_owner"],
    }),
    authenticate,
    validateQuery(suspendQuery),
    validateParam(userParam),
    async (c) => {
      const withOrganizations = c.req.valid("query").with_organizations === "true";
      return c.json(await changeUser(c.var, c.req.valid("param").user_id, "suspended", withOrganizations));
    },
  )

  .post(
    "/admin/users/:user_id/restore",
    describe("restoreUser", "Restore a person", {
      answers: { 200: operatedUser },
      errors: ["permission_missing", "not_found", "own_account"],
    }),
    authenticate,
    validateNothing,
    validateParam(userParam),
    async (c) => c.json(await changeUser(c.var, c.req.valid("param").user_id, "active")),
  );

async function changeOrganization(signed: Signed, orgId: number, status: Status) {
  const [changed] = await asUser(signed, [setOrganizationStatus(orgId, status)]);
  return toOrganization(outcomeOf(changed));
}

/** Errors: 409 last_owner, with the `organizations` that others would be left in without an owner. */
async function changeUser(signed: Signed, userId: number, status: Status, withOrganizations = false) {
  const [changed] = await asUser(signed, [setUserStatus(userId, status, withOrganizations)]);
  const outcome = outcomeOf(changed);
  if ("sole_owner_of" in outcome) {
    throw new AppError("last_owner", { extension: { organizations: outcome.sole_owner_of } });
  }
  return toUser(outcome.user);
}
