// A website's own members: guests, and members of the organization who got a role here beside.
import { Hono } from "hono";
import { asMember } from "../access/as-member.ts";
import { authenticate } from "../access/authenticate.ts";
import { outcomeOf } from "../db/client.ts";
import { postedMails } from "../emails/posted-mails.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import type { AppEnv } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn, insideErrors, type Shown } from "../http/describe.ts";
import { roleIdOf } from "../http/fields.ts";
import { found } from "../http/found.ts";
import {
  type listedWebsiteMember,
  toListedMembership,
  toMembership,
  websiteMember,
  websiteMemberList,
} from "../http/membership.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import {
  changeWebsiteMember,
  deleteWebsiteMember,
  type ListedWebsiteMember,
  listWebsiteMembers,
  type WebsiteMemberRow,
} from "./queries.ts";
import { changeWebsiteMemberBody, websiteMemberParam, websiteParam } from "./schemas.ts";

const describe = describeIn("Websites");

const toListed = (row: ListedWebsiteMember): Shown<typeof listedWebsiteMember> => ({
  website_id: row.website_id,
  ...toListedMembership(row),
});
const toWebsiteMember = (row: WebsiteMemberRow): Shown<typeof websiteMember> => ({
  website_id: row.website_id,
  ...toMembership(row),
});

export const websiteMembers = new Hono<AppEnv>()
  .get(
    "/organizations/:org_id/websites/:website_id/members",
    describe("listWebsiteMembers", "List a website's members", {
      answers: { 200: websiteMemberList },
      errors: insideErrors,
    }),
    authenticate,
    validatePage({}),
    validateParam(websiteParam),
    async (c) => {
      const { org_id, website_id } = c.req.valid("param");
      const { limit } = c.req.valid("query");
      const about = { websiteId: website_id };
      const guard = { orgId: org_id, needs: "website:read", access: "read", about } as const;
      const { after } = c.var;
      const [rows] = await asMember(c.var, guard, [listWebsiteMembers(org_id, website_id, { after, limit })]);
      return c.json(await page(c, rows, limit, toListed));
    },
  )

  .patch(
    "/organizations/:org_id/websites/:website_id/members/:user_id",
    describe("changeWebsiteMember", "Change a website member's role, status or settings", {
      answers: { 200: websiteMember },
      errors: [...insideErrors, "role_above_own"],
    }),
    authenticate,
    validateJson(changeWebsiteMemberBody),
    validateParam(websiteMemberParam),
    async (c) => {
      const { org_id, website_id, user_id } = c.req.valid("param");
      const change = c.req.valid("json");
      const about = { websiteId: website_id, userId: user_id, ...roleIdOf(change.role) };
      const guard = { orgId: org_id, needs: "website:invite", access: "write", about } as const;
      const [rows, mails] = await asMember(c.var, guard, [
        changeWebsiteMember({ orgId: org_id, websiteId: website_id, userId: user_id }, change),
        postedMails(),
      ]);
      const member = found(rows);
      sendAfterwards(c, outcomeOf(mails));
      return c.json(toWebsiteMember(member));
    },
  )

  .delete(
    "/organizations/:org_id/websites/:website_id/members/:user_id",
    describe("removeWebsiteMember", "Remove a website member", {
      notes: "Removing oneself is leaving, which everybody may.",
      answers: { 204: null },
      errors: [...insideErrors, "role_above_own"],
    }),
    authenticate,
    validateNothing,
    validateParam(websiteMemberParam),
    async (c) => {
      const { org_id, website_id, user_id } = c.req.valid("param");
      // Removing oneself is leaving, which everybody may.
      const needs = user_id === c.var.caller.userId ? "membership" : "website:invite";
      const about = { websiteId: website_id, userId: user_id };
      const guard = { orgId: org_id, needs, access: "write", about } as const;
      const [rows, mails] = await asMember(c.var, guard, [
        deleteWebsiteMember(website_id, user_id),
        postedMails(),
      ]);
      found(rows);
      sendAfterwards(c, outcomeOf(mails));
      return c.body(null, 204);
    },
  );
