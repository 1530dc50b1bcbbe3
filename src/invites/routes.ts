// Invites to an organization: sent, listed, withdrawn, sent again.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn, insideErrors } from "../http/describe.ts";
import { orgParam } from "../http/fields.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { inviteErrors, inviteList, inviteSent } from "./answers.ts";
import { pageOfInvites, sendInvite, sendInviteAgain, withdrawInvite } from "./manage-invites.ts";
import { createInviteBody, inviteParam } from "./schemas.ts";

const describe = describeIn("Invites");

export const invites = new Hono<AppEnv>()
  .post(
    "/organizations/:org_id/invites",
    describe("createInvite", "Invite somebody to an organization", {
      notes: "The link is in the mail alone. `expires_in` is in seconds.",
      answers: { 201: inviteSent },
      errors: inviteErrors.create,
      idempotent: true,
    }),
    authenticate,
    validateJson(createInviteBody),
    validateParam(orgParam),
    async (c) => {
      const { org_id: orgId } = c.req.valid("param");
      return c.json(await sendInvite(c, { orgId, websiteId: null }, c.req.valid("json")), 201);
    },
  )

  .get(
    "/organizations/:org_id/invites",
    describe("listInvites", "List invites to an organization", {
      answers: { 200: inviteList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage({}),
    validateParam(orgParam),
    async (c) => {
      const { org_id: orgId } = c.req.valid("param");
      const { limit } = c.req.valid("query");
      return c.json(await pageOfInvites(c, { orgId, websiteId: null }, { after: c.var.after, limit }));
    },
  )

  .delete(
    "/organizations/:org_id/invites/:invite_id",
    describe("revokeInvite", "Withdraw an invite", {
      answers: { 204: null },
      errors: inviteErrors.revoke,
    }),
    authenticate,
    validateNothing,
    validateParam(inviteParam),
    async (c) => {
      const { org_id: orgId, invite_id } = c.req.valid("param");
      await withdrawInvite(c, { orgId, websiteId: null }, invite_id);
      return c.body(null, 204);
    },
  )

  .post(
    "/organizations/:org_id/invites/:invite_id/resend",
    describe("resendInvite", "Send an invite again", {
      notes: "A new link, for as long as the first; the old one is dead.",
      answers: { 202: inviteSent },
      errors: inviteErrors.resend,
    }),
    authenticate,
    validateNothing,
    validateParam(inviteParam),
    async (c) => {
      const { org_id: orgId, invite_id } = c.req.valid("param");
      return c.json(await sendInviteAgain(c, { orgId, websiteId: null }, invite_id), 202);
    },
  );
