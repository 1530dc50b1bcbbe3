// An organization's members: read, changed, removed, gone by themselves. Nobody joins here: people are invited.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, insideErrors } from "../http/describe.ts";
import { orgParam, roleIdOf } from "../http/fields.ts";
import { found } from "../http/found.ts";
import { member, memberList, toListedMembership, toMembership } from "../http/membership.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { removeMember, updateMember } from "./manage-members.ts";
import { deleteMember, findMember, findMembers, listMembers } from "./queries.ts";
import { changeMemberBody, memberFilters, memberParam } from "./schemas.ts";

const describe = describeIn("Members");

export const members = new Hono<AppEnv>()
  .get(
    "/organizations/:org_id/members",
    describe("listMembers", "List members", {
      notes: "A search may come back short and say where to go on: `next_cursor` alone tells the end.",
      answers: { 200: memberList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage(memberFilters),
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const { limit, role, status, q } = c.req.valid("query");
      const { after } = c.var;
      const about = roleIdOf(role);
      const guard = { orgId: org_id, needs: "member:read", access: "read", about } as const;
      // What one index serves is a list; the rest is a search.
      if (q === undefined && (role === undefined || status === undefined)) {
        const [rows] = await asMember(c.var, guard, [
          listMembers(org_id, { role, status }, { after, limit }),
        ]);
        return c.json(await page(c, rows, limit, toListedMembership));
      }
      const [search] = await asMember(c.var, guard, [
        findMembers(org_id, { role, status, q }, { after, limit }),
      ]);
      const { rows, resume_after } = outcomeOf(search);
      return c.json(await page(c, rows, limit, toListedMembership, resume_after));
    },
  )

  .get(
    "/organizations/:org_id/members/:user_id",
    describe("getMember", "Read a member", {
      answers: { 200: member },
      errors: insideErrors,
    }),
    authenticate,
    validateNothing,
    validateParam(memberParam),
    async (c) => {
      const { org_id, user_id } = c.req.valid("param");
      const about = { userId: user_id };
      const guard = { orgId: org_id, needs: "member:read", access: "read", about } as const;
      const [rows] = await asMember(c.var, guard, [findMember(org_id, user_id)]);
      return c.json(toMembership(found(rows)));
    },
  )

  .patch(
    "/organizations/:org_id/members/:user_id",
    describe("changeMember", "Change a member's role, status or settings", {
      notes:
        "`role` is a name or an id. You touch only what you dominate: neither the old role nor the new one holds anything that yours does not.",
      answers: { 200: member },
      errors: [...insideErrors, "role_above_own", "owner_required", "last_owner"],
    }),
    authenticate,
    validateJson(changeMemberBody),
    validateParam(memberParam),
    async (c) => {
      return c.json(await updateMember(c, c.req.valid("param"), c.req.valid("json")));
    },
  )

  .delete(
    "/organizations/:org_id/members/:user_id",
    describe("removeMember", "Remove a member", {
      notes: "Removing oneself is leaving, which everybody may.",
      answers: { 204: null },
      errors: [...insideErrors, "role_above_own", "owner_required", "last_owner"],
    }),
    authenticate,
    validateNothing,
    validateParam(memberParam),
    async (c) => {
      await removeMember(c, c.req.valid("param"));
      return c.body(null, 204);
    },
  )

  .post(
    "/organizations/:org_id/leave",
    describe("leaveOrganization", "Leave an organization", {
      answers: { 204: null },
      errors: [...insideErrors, "last_owner"],
    }),
    authenticate,
    validateNothing,
    validateParam(orgParam),
    async (c) => {
      const { org_id } = c.req.valid("param");
      const guard = { orgId: org_id, needs: "membership", access: "write" } as const;
      const [rows] = await asMember(c.var, guard, [deleteMember(org_id, c.var.caller.userId)]);
      found(rows);
      return c.body(null, 204);
    },
  );
