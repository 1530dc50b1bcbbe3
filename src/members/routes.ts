// An organization's members: read, changed, removed, gone by themselves. Nobody joins here: people are invited.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { postedMails } from "../emails/posted-mails.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { orgParam, roleIdOf } from "../http/fields.ts";
import { found } from "../http/found.ts";
import { toListedMembership, toMembership } from "../http/membership.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { changeMember, deleteMember, findMember, findMembers, listMembers } from "./queries.ts";
import { changeMemberBody, memberFilters, memberParam } from "./schemas.ts";

export const members = new Hono<AppEnv>()
  .get(
    "/organizations/:org_id/members",
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
    authenticate,
    validateJson(changeMemberBody),
    validateParam(memberParam),
    async (c) => {
      const { org_id, user_id } = c.req.valid("param");
      const change = c.req.valid("json");
      const about = { userId: user_id, ...roleIdOf(change.role) };
      const guard = { orgId: org_id, needs: "member:update", access: "write", about } as const;
      const [rows, mails] = await asMember(c.var, guard, [
        changeMember(org_id, user_id, change),
        postedMails(),
      ]);
      const member = found(rows);
      sendAfterwards(c, outcomeOf(mails));
      return c.json(toMembership(member));
    },
  )

  .delete(
    "/organizations/:org_id/members/:user_id",
    authenticate,
    validateNothing,
    validateParam(memberParam),
    async (c) => {
      const { org_id, user_id } = c.req.valid("param");
      // Removing oneself is leaving, which everybody may.
      const needs = user_id === c.var.caller.userId ? "membership" : "member:remove";
      const guard = { orgId: org_id, needs, access: "write", about: { userId: user_id } } as const;
      const [rows, mails] = await asMember(c.var, guard, [deleteMember(org_id, user_id), postedMails()]);
      found(rows);
      sendAfterwards(c, outcomeOf(mails));
      return c.body(null, 204);
    },
  )

  .post("/organizations/:org_id/leave", authenticate, validateNothing, validateParam(orgParam), async (c) => {
    const { org_id } = c.req.valid("param");
    const guard = { orgId: org_id, needs: "membership", access: "write" } as const;
    const [rows] = await asMember(c.var, guard, [deleteMember(org_id, c.var.caller.userId)]);
    found(rows);
    return c.body(null, 204);
  });
