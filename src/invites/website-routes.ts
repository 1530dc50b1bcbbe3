// Invites to one website. Whoever is invited here need not be a member of the organization, and sees that website alone.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../http/context.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { pageOfInvites, sendInvite, sendInviteAgain, withdrawInvite } from "./manage-invites.ts";
import { createInviteBody, websiteInviteParam, websiteParam } from "./schemas.ts";

export const websiteInvites = new Hono<AppEnv>()
  .post(
    "/organizations/:org_id/websites/:website_id/invites",
    authenticate,
    validateJson(createInviteBody),
    validateParam(websiteParam),
    async (c) => {
      const { org_id: orgId, website_id: websiteId } = c.req.valid("param");
      return c.json(await sendInvite(c, { orgId, websiteId }, c.req.valid("json")), 201);
    },
  )

  .get(
    "/organizations/:org_id/websites/:website_id/invites",
    authenticate,
    validatePage({}),
    validateParam(websiteParam),
    async (c) => {
      const { org_id: orgId, website_id: websiteId } = c.req.valid("param");
      const { limit } = c.req.valid("query");
      return c.json(await pageOfInvites(c, { orgId, websiteId }, { after: c.var.after, limit }));
    },
  )

  .delete(
    "/organizations/:org_id/websites/:website_id/invites/:invite_id",
    authenticate,
    validateNothing,
    validateParam(websiteInviteParam),
    async (c) => {
      const { org_id: orgId, website_id: websiteId, invite_id } = c.req.valid("param");
      await withdrawInvite(c, { orgId, websiteId }, invite_id);
      return c.body(null, 204);
    },
  )

  .post(
    "/organizations/:org_id/websites/:website_id/invites/:invite_id/resend",
    authenticate,
    validateNothing,
    validateParam(websiteInviteParam),
    async (c) => {
      const { org_id: orgId, website_id: websiteId, invite_id } = c.req.valid("param");
      return c.json(await sendInviteAgain(c, { orgId, websiteId }, invite_id), 202);
    },
  );
