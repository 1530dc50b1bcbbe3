// Paths that three published forerunners of this service used: other names of endpoints, with their rules.
import { Hono } from "hono";
import * as z from "zod";
import { authenticate } from "./access/authenticate.ts";
import type { AppEnv } from "./http/context.ts";
import { describeIn, insideErrors } from "./http/describe.ts";
import { bodyId, email, roleRef } from "./http/fields.ts";
import { member } from "./http/membership.ts";
import { validateJson, validatePage } from "./http/validate.ts";
import { inviteErrors, inviteSent } from "./invites/answers.ts";
import { sendInvite } from "./invites/manage-invites.ts";
import { removeMember, updateMember } from "./members/manage-members.ts";
import { orgRoleCountList } from "./stats/answers.ts";
import { pageOfOrgRoles } from "./stats/org-roles.ts";
import { inOrder, statsFilters } from "./stats/schemas.ts";

const describe = describeIn("Older paths");

const whom = { org_id: bodyId, user_id: bodyId };
const changing = [...insideErrors, "role_above_own", "owner_required", "last_owner"] as const;

export const olderPaths = new Hono<AppEnv>()
  .post(
    "/invite-member",
    describe("inviteMember", "Invite somebody to an organization", {
      answers: { 201: inviteSent },
      errors: inviteErrors.create,
      idempotent: true,
      deprecated: "POST /organizations/{org_id}/invites",
    }),
    authenticate,
    validateJson(z.strictObject({ org_id: bodyId, email, role: roleRef })),
    async (c) => {
      const { org_id: orgId, ...invited } = c.req.valid("json");
      return c.json(await sendInvite(c, { orgId, websiteId: null }, invited), 201);
    },
  )

  .delete(
    "/delete_member",
    describe("deleteMember", "Remove a member", {
      answers: { 204: null },
      errors: changing,
      deprecated: "DELETE /organizations/{org_id}/members/{user_id}",
    }),
    authenticate,
    validateJson(z.strictObject(whom)),
    async (c) => {
      await removeMember(c, c.req.valid("json"));
      return c.body(null, 204);
    },
  )

  .put(
    "/update_member_role",
    describe("updateMemberRole", "Change a member's role", {
      answers: { 200: member },
      errors: changing,
      deprecated: "PATCH /organizations/{org_id}/members/{user_id}",
    }),
    authenticate,
    validateJson(z.strictObject({ ...whom, role: roleRef })),
    async (c) => {
      const { role, ...place } = c.req.valid("json");
      return c.json(await updateMember(c, place, { role }));
    },
  )

  .get(
    "/stats/org-role-wise-users-filtered",
    describe("countOrgRoleWiseUsersFiltered", "People per organization and role", {
      answers: { 200: orgRoleCountList },
      errors: insideErrors,
      deprecated: "GET /stats/org-role-wise-users",
    }),
    authenticate,
    validatePage(statsFilters, inOrder),
    async (c) => c.json(await pageOfOrgRoles(c, c.req.valid("query"))),
  );
