// Hono middleware for services beside Gatehouse: who calls, for which organization, and may they? From the token alone,
// so up to 15 minutes old; where that is too old, ask `Permissions.check` or `POST /permissions/check` as well.
import type { Context, MiddlewareHandler } from "hono";
import type { Permission } from "../permissions.ts";
import { type VerifyOptions, verifierFor } from "./access-token.ts";
import { bearerToken } from "./bearer.ts";
import type { AccessClaims, OrganizationClaims } from "./claims.ts";
import { InvalidTokenError, KeysUnavailableError } from "./invalid-token.ts";
import { refuse } from "./refusal.ts";

// biome-ignore lint/suspicious/noExplicitAny: any app's context
export type AnyContext = Context<any, any, any>;
/** An organization's id; as text, exactly as the service writes it. */
export type OrgId = number | string | undefined | null;

/** `true`: whichever the token names. Otherwise the one that the request is about. */
export type RequiredOrg = true | number | ((c: AnyContext) => OrgId | Promise<OrgId>);

export type AuthOptions = VerifyOptions & {
  /** The token has to name an organization, and this one. */
  org?: RequiredOrg;
  /** What the caller's role in the token's organization has to hold. */
  permission?: Permission;
  /** For your log: why a token was refused, or why there are no keys. */
  onError?: (error: InvalidTokenError | KeysUnavailableError, c: AnyContext) => void;
};

type Auth<Claims> = MiddlewareHandler<{ Variables: { auth: Claims } }>;

const orgMissing =
  "This token names no organization. Refresh it with the `org_id` of the one that it is meant for.";

/**
 * Lets a request through with `c.var.auth` set. Answers 401 unauthenticated, 401 invalid_token, 404 not_found (the token
 * names another organization), 403 permission_missing (or it names none), 503 (no keys).
 */
export function requireAuth(
  options: AuthOptions & ({ org: RequiredOrg } | { permission: Permission }),
): Auth<OrganizationClaims>;
export function requireAuth(options: AuthOptions): Auth<AccessClaims>;
export function requireAuth(options: AuthOptions): MiddlewareHandler {
  const { org, permission, onError } = options;
  for (const name of ["org", "permission"] as const) {
    // A setting that is missing must not switch the check off.
    if (name in options && options[name] === undefined) throw new TypeError(`\`${name}\` is undefined`);
  }
  const verify = verifierFor(options);
  const issuer = new URL(options.issuer).origin;
  const needsOrg = org !== undefined || permission !== undefined;

  return async (c, next) => {
    const header = c.req.header("authorization");
    if (!header) return refuse(c, issuer, "unauthenticated");
    let claims: AccessClaims;
    try {
      claims = await verify(bearerToken(header) ?? "");
    } catch (error) {
      if (!(error instanceof InvalidTokenError || error instanceof KeysUnavailableError)) throw error;
      onError?.(error, c);
      const again = error instanceof KeysUnavailableError && { retryAfterSeconds: error.retryAfterSeconds };
      return refuse(c, issuer, error.code, again || {});
    }
    const { org_id, permissions } = claims;
    if (needsOrg && org_id === undefined) {
      return refuse(c, issuer, "permission_missing", { detail: orgMissing });
    }
    if (org !== undefined && org !== true) {
      if (!isOrg(org_id, typeof org === "function" ? await org(c) : org)) {
        return refuse(c, issuer, "not_found");
      }
    }
    if (permission !== undefined && !permissions.some((held) => held === permission)) {
      return refuse(c, issuer, "permission_missing");
    }
    c.set("auth", claims);
    await next();
  };
}

/** Text is compared as text: `07` and `7.0` are no ids. */
const isOrg = (named: number | undefined, required: OrgId): boolean =>
  named !== undefined && (typeof required === "string" ? required === String(named) : required === named);
