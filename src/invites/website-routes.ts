// Invites to one website. Whoever is invited here need not be a member of the organization, and sees that website alone.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn, insideErrors } from "../http/describe.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { inviteErrors, inviteList, inviteSent } from "./answers.ts";
import { pageOfInvites, sendInvite, sendInviteAgain, withdrawInvite } from "./manage-invites.ts";
import { createInviteBody, websiteInviteParam, websiteParam } from "./schemas.ts";

const describe = describeIn("Websites");

export const websiteInvites = new Hono<AppEnv>()
  .post(
    "/organizations/:org_id/websites/:website_id/invites",
    describe("createWebsiteInvite", "Invite somebody to a website", {
      notes: "The link is in the mail alone. `expires_in` is in seconds.",
      answers: { 201: inviteSent },
      errors: inviteErrors.create,
      idempotent: true,
    }),
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
    describe("listWebsiteInvites", "List invites to a website", {
      answers: { 200: inviteList },
      errors: insideErrors,
    }),
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
    describe("revokeWebsiteInvite", "Withdraw an invite", {
      answers: { 204: null },
      errors: inviteErrors.revoke,
    }),
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
    describe("resendWebsiteInvite", "Send an invite again", {
      notes: "A new link, for as long as the first; the old one is dead.",
      answers: { 202: inviteSent },
      errors: inviteErrors.resend,
    }),
    authenticate,
    validateNothing,
    validateParam(websiteInviteParam),
    async (c) => {
      const { org_id: orgId, website_id: websiteId, invite_id } = c.req.valid("param");
      return c.json(await sendInviteAgain(c, { orgId, websiteId }, invite_id), 202);
    },
  );
