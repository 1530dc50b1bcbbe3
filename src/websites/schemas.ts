import * as z from "zod";
import { jsonObject, pathId, roleRef, status, visibleName } from "../http/fields.ts";

export const websiteParam = z.object({ org_id: pathId, website_id: pathId });
export const websiteMemberParam = z.object({ org_id: pathId, website_id: pathId, user_id: pathId });

/** An address that a person may follow: without credentials, and short enough to show. */
const url = z
  .url({ protocol: /^https?$/, hostname: /./, error: "must be an http or https address", abort: true })
  .max(2048, "must hold at most 2048 characters")
  .refine(
    (text) => !/[\p{Cc}\p{Cf}\s\\]/u.test(text),
    "must not hold spaces, backslashes, control or invisible characters",
  )
  // Readers disagree on where the host begins behind an empty or odd one.
  .refine((text) => !/^[^/?#]*:\/\/[^/?#]*@/.test(text), "must not hold credentials");

/** It may be a domain, but no whole address. */
const name = visibleName.refine((text) => !/[\\/]|\bhttps?:/i.test(text), "must not hold a web address");

export const createWebsiteBody = z.strictObject({ name, url, settings: jsonObject.default({}) });
export type CreateWebsite = z.infer<typeof createWebsiteBody>;

export const changeWebsiteBody = z.strictObject({
  name: name.optional(),
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
