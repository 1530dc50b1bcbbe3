// Access token → caller, without a trip. Whether the session still lives, `enter` decides in the request's one trip.
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Config } from "../config.ts";
import { verifyAccessToken } from "../crypto/jwts.ts";
import type { Caller } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import type { MaybeSignedInEnv, SignedInEnv } from "../http/context.ts";
import { says } from "../http/describe.ts";
import { bearerToken } from "../verify/bearer.ts";

const checkToken = createMiddleware<SignedInEnv>(async (c, next) => {
  const header = c.req.header("authorization");
  if (!header) throw new AppError("unauthenticated");
  c.set("caller", await callerOf(c.var.config, bearerToken(header)));
  await next();
});

/** Requires `Authorization: Bearer`. Errors: 401 unauthenticated (none), 401 invalid_token (a bad one). */
export const authenticate = says(checkToken, { token: "required" });

/** Whose access token this is. Errors: 401 invalid_token. */
export async function callerOf(config: Config, token: string | null): Promise<Caller> {
  const claims = token === null ? null : await verifyAccessToken(config, token);
  if (!claims) throw new AppError("invalid_token");
  const { user_id: userId, session_id: sessionId, email, org_id: orgId = null } = claims;
  return { userId, sessionId, email, orgId };
}

/** The same where a token may be left out; a bad one is refused all the same. */
export const authenticateIfAny = says(
  createMiddleware<MaybeSignedInEnv>(async (c, next) =>
    c.req.header("authorization") ? checkToken(c as unknown as Context<SignedInEnv>, next) : next(),
  ),
  { token: "optional" },
);
