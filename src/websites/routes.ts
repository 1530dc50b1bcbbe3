// Websites, the resources inside an organization. Members of the organization reach them by their role there, guests by a
// role on the website alone.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { AppError } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, insideErrors, type Shown } from "../http/describe.ts";
import { orgParam } from "../http/fields.ts";
import { found } from "../http/found.ts";
import { readIdempotency } from "../http/idempotency.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { type listedWebsite, website, websiteList, websiteMade } from "./answers.ts";
import {
  changeWebsite,
  createWebsite,
  deleteWebsite,
  findWebsite,
  type ListedWebsite,
  listWebsites,
  type WebsiteRow,
} from "./queries.ts";
import { changeWebsiteBody, createWebsiteBody, websiteParam } from "./schemas.ts";

const describe = describeIn("Websites");

const toListed = (row: ListedWebsite): Shown<typeof listedWebsite> => ({
  website_id: row.id,
  org_id: row.org_id,
  organization: row.organization,
  name: row.name,
  url: row.url,
  created_at: row.created_at,
  updated_at: row.updated_at,
});
const toWebsite = (row: WebsiteRow): Shown<typeof website> => ({ ...toListed(row), settings: row.settings });

export const websites = new Hono<AppEnv>()
  .post(
    "/organizations/:org_id/websites",
    describe("createWebsite", "Create a website", {
      answers: { 201: websiteMade },
      errors: insideErrors,
      idempotent: true,
    }),
    authenticate,
    validateJson(createWebsiteBody),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const body = c.req.valid("json");
      const idempotency = await readIdempotency(c, `user ${c.var.caller.userId}`, async () => body);
      const guard = { orgId: org_id, needs: "website:create", access: "write" } as const;
      const [result] = await asMember(c.var, guard, [createWebsite(org_id, body, idempotency)]);
      const created = outcomeOf(result);
      if (created.outcome !== "created") throw new AppError(created.outcome);
      const { website_id } = created;
      return c.json({ message: "Website created.", website_id, org_id, ...body }, 201);
    },
  )

  .get(
    "/organizations/:org_id/websites",
    describe("listWebsites", "List websites", {
      notes: "Of a guest: those that they may see.",
      answers: { 200: websiteList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage({}),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const { limit } = c.req.valid("query");
      const about = { websiteId: null };
      const guard = { orgId: org_id, needs: "website:read", access: "read", about } as const;
      const [rows] = await asMember(c.var, guard, [listWebsites(org_id, { after: c.var.after, limit })]);
      return c.json(await page(c, rows, limit, toListed));
    },
  )

  .get(
    "/organizations/:org_id/websites/:website_id",
    describe("getWebsite", "Read a website", {
      answers: { 200: website },
      errors: insideErrors,
    }),
    authenticate,
    validateNothing,
    validateParam(websiteParam),
    async (c) => {
      const { org_id, website_id } = c.req.valid("param");
      const about = { websiteId: website_id };
      const guard = { orgId: org_id, needs: "website:read", access: "read", about } as const;
      const [rows] = await asMember(c.var, guard, [findWebsite(org_id, website_id)]);
      return c.json(toWebsite(found(rows)));
    },
  )

  .patch(
    "/organizations/:org_id/websites/:website_id",
    describe("changeWebsite", "Change a website", {
      answers: { 200: website },
      errors: insideErrors,
    }),
    authenticate,
    validateJson(changeWebsiteBody),
    validateParam(websiteParam),
    async (c) => {
      const { org_id, website_id } = c.req.valid("param");
      const about = { websiteId: website_id };
      const guard = { orgId: org_id, needs: "website:update", access: "write", about } as const;
      const [rows] = await asMember(c.var, guard, [changeWebsite(org_id, website_id, c.req.valid("json"))]);
      return c.json(toWebsite(found(rows)));
    },
  )

  .delete(
    "/organizations/:org_id/websites/:website_id",
    describe("deleteWebsite", "Delete a website", {
      answers: { 204: null },
      errors: insideErrors,
    }),
    authenticate,
    validateNothing,
    validateParam(websiteParam),
    async (c) => {
      const { org_id, website_id } = c.req.valid("param");
      const about = { websiteId: website_id };
      const guard = { orgId: org_id, needs: "website:delete", access: "write", about } as const;
      const [rows] = await asMember(c.var, guard, [deleteWebsite(org_id, website_id)]);
      found(rows);
      return c.body(null, 204);
    },
  );
