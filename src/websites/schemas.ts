import * as z from "zod";
import { jsonObject, pathId, roleRef, status, visibleName } from "../http/fields.ts";

export const websiteParam = z.object({ org_id: pathId, website_id: pathId });
export const websiteMemberParam = z.object({ org_id: pathId, website_id: pathId, user_id: pathId });

/** An address that a person may follow: without credentials, and short enough to show. */
const url = z
  .url({ protocol: /^https?$/, hostname: /./, error: "must be an http or https address", abort: true })
  .max(2048, "must hold at most 2048 characters")
  .refine((text) => !/[\p{Cc}\p{Cf}\s]/u.test(text), "must not hold spaces, control or invisible characters")
  .refine((text) => !new URL(text).username && !new URL(text).password, "must not hold credentials");

export const createWebsiteBody = z.strictObject({ name: visibleName, url, settings: jsonObject.default({}) });
export type CreateWebsite = z.infer<typeof createWebsiteBody>;

export const changeWebsiteBody = z.strictObject({
  name: visibleName.optional(),
  url: url.optional(),
  settings: jsonObject.optional(),
});
export type ChangeWebsite = z.infer<typeof changeWebsiteBody>;

export const changeWebsiteMemberBody = z.strictObject({
  role: roleRef.optional(),
  status: status.optional(),
  settings: jsonObject.optional(),
});
export type ChangeWebsiteMember = z.infer<typeof changeWebsiteMemberBody>;
