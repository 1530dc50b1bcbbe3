// Organizations: made, read, changed, deleted and handed over.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { asUser } from "../db/tenant.ts";
import { postedMails } from "../emails/posted-mails.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, insideErrors, type Shown } from "../http/describe.ts";
import { orgParam, toStatus } from "../http/fields.ts";
import { found } from "../http/found.ts";
import { readIdempotency } from "../http/idempotency.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import {
  type listedOrganization,
  organization,
  organizationList,
  organizationMade,
  ownershipTransferred,
} from "./answers.ts";
import {
  changeOrganization,
  createOrganization,
  deleteOrganization,
  findOrganization,
  listOrganizations,
  transferOwnership,
} from "./queries.ts";
import { changeOrganizationBody, createOrganizationBody, transferOwnershipBody } from "./schemas.ts";

const describe = describeIn("Organizations");

type Listed = ReturnType<typeof listOrganizations>["_"]["result"][number];
type Row = ReturnType<typeof findOrganization>["_"]["result"][number];

const toListed = (row: Listed): Shown<typeof listedOrganization> => ({
  org_id: row.id,
  name: row.name,
  status: toStatus(row.status),
  personal: row.personal,
  role: row.role,
  permissions: row.permissions,
  created_at: row.created_at,
  updated_at: row.updated_at,
});
const toOrganization = (row: Row): Shown<typeof organization> => ({
  ...toListed(row),
  settings: row.settings,
});

export const organizations = new Hono<AppEnv>()
  .post(
    "/organizations",
    describe("createOrganization", "Create an organization", {
      notes: "The caller is its owner.",
      answers: { 201: organizationMade },
      idempotent: true,
    }),
    authenticate,
    validateJson(createOrganizationBody),
    async (c) => {
      const body = c.req.valid("json");
      const { name, details, personal } = body;
      const idempotency = await readIdempotency(c, `user ${c.var.caller.userId}`, async () => body);
      const [result] = await asUser(c.var, [
        createOrganization({
          name,
          settings: details === undefined ? {} : { details },
          personal,
          idempotency,
        }),
      ]);
      const created = outcomeOf(result);
      if (created.outcome !== "created") throw new AppError(created.outcome);
      return c.json({ message: "Organization created.", org_id: created.org_id }, 201);
    },
  )

  .get(
    "/organizations",
    describe("listOrganizations", "List my organizations", { answers: { 200: organizationList } }),
    authenticate,
    validatePage({}),
    async (c) => {
      const { caller, after } = c.var;
      const { limit } = c.req.valid("query");
      const [rows] = await asUser(c.var, [listOrganizations(caller.userId, { after, limit })], {
        access: "read",
      });
      return c.json(await page(c, rows, limit, toListed));
    },
  )

  .get(
    "/organizations/:org_id",
    describe("getOrganization", "Read an organization", {
      answers: { 200: organization },
      errors: insideErrors,
    }),
    authenticate,
    validateNothing,
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const guard = { orgId: org_id, needs: "organization:read", access: "read" } as const;
      const [rows] = await asMember(c.var, guard, [findOrganization(org_id, c.var.caller.userId)]);
      return c.json(toOrganization(found(rows)));
    },
  )

  .patch(
    "/organizations/:org_id",
    describe("changeOrganization", "Change an organization", {
      notes: "`settings` are merged at the top level; null removes a key.",
      answers: { 200: organization },
      errors: insideErrors,
    }),
    authenticate,
    validateJson(changeOrganizationBody),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const guard = { orgId: org_id, needs: "organization:update", access: "write" } as const;
      const [rows] = await asMember(c.var, guard, [
        changeOrganization(org_id, c.var.caller.userId, c.req.valid("json")),
      ]);
      return c.json(toOrganization(found(rows)));
    },
  )

  .delete(
    "/organizations/:org_id",
    describe("deleteOrganization", "Delete an organization", {
      answers: { 204: null },
      errors: insideErrors,
    }),
    authenticate,
    validateNothing,
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const guard = { orgId: org_id, needs: "organization:delete", access: "delete" } as const;
      const [rows] = await asMember(c.var, guard, [deleteOrganization(org_id)]);
      found(rows);
      return c.body(null, 204);
    },
  )

  .post(
    "/organizations/:org_id/transfer-ownership",
    describe("transferOwnership", "Make another member the owner", {
      notes: "The caller becomes an admin, in one step.",
      answers: { 200: ownershipTransferred },
      errors: [...insideErrors, "owner_required", "already_owner", "member_inactive", "last_owner"],
    }),
    authenticate,
    validateJson(transferOwnershipBody),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const { user_id } = c.req.valid("json");
      const about = { userId: user_id };
      const guard = { orgId: org_id, needs: "member:update", access: "write", about } as const;
      const [, mails] = await asMember(c.var, guard, [transferOwnership(org_id, user_id), postedMails()]);
      sendAfterwards(c, outcomeOf(mails));
      return c.json({ message: "Ownership transferred. You are an admin now.", org_id, user_id });
    },
  );
