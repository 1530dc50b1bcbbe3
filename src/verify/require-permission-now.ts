// Hono middleware for what cannot wait 15 minutes: the same question, asked of the service's database on each request. It
// also serves tokens that name no organization, and guests of a website, of whom tokens say nothing.
import type { MiddlewareHandler } from "hono";
import type { Permission } from "../permissions.ts";
import { bearerToken } from "./bearer.ts";
import { readNumber } from "./claims.ts";
import type { PermissionsBinding } from "./live-check.ts";
import { refuse } from "./refusal.ts";
import type { AnyContext, OrgId } from "./require-auth.ts";

export type LiveOptions = {
  /** The service's public URL: its pages explain each error code. */
  issuer: string;
  /** The service binding, or whatever else asks the service. */
  permissions: PermissionsBinding;
  permission: Permission;
  org: (c: AnyContext) => OrgId | Promise<OrgId>;
  /** For what is about one website. */
  website?: (c: AnyContext) => OrgId | Promise<OrgId>;
};

/** Answers with the code of the live check as the service would over HTTP: 401, 403, 404, 503. */
export function requirePermissionNow(options: LiveOptions): MiddlewareHandler {
  const { permissions, permission, org, website } = options;
  const issuer = new URL(options.issuer).origin;
  return async (c, next) => {
    const header = c.req.header("authorization");
    if (!header) return refuse(c, issuer, "unauthenticated");
    const answer = await permissions.check({
      token: bearerToken(header) ?? "not a bearer token",
      org_id: idOf(await org(c)),
      ...(website && { website_id: idOf(await website(c)) }),
      permission,
    });
    if (answer.code) return refuse(c, issuer, answer.code, { retryAfterSeconds: answer.retry_after });
    if (!answer.allowed) return refuse(c, issuer, "permission_missing");
    await next();
  };
}

/** What is no id is that of nothing: 0. */
const idOf = (id: OrgId): number => (typeof id === "number" ? id : (readNumber(id) ?? 0));
