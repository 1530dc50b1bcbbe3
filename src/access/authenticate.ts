// Access token → caller, without a trip. Whether the session still lives, `enter` decides in the request's one trip.
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { verifyAccessToken } from "../crypto/jwts.ts";
import { AppError } from "../errors.ts";
import type { MaybeSignedInEnv, SignedInEnv } from "../http/context.ts";
import { says } from "../http/describe.ts";

const checkToken = createMiddleware<SignedInEnv>(async (c, next) => {
  const header = c.req.header("authorization");
  if (!header) throw new AppError("unauthenticated");
  const [, token] = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header) ?? [];
  const claims = token === undefined ? null : await verifyAccessToken(c.var.config, token);
  if (!claims) throw new AppError("invalid_token");
  const { userId, sessionId, email, org } = claims;
  c.set("caller", { userId, sessionId, email, orgId: org?.org_id ?? null });
  await next();
});

/** Requires `Authorization: Bearer`. Errors: 401 unauthenticated (none), 401 invalid_token (a bad one). */
export const authenticate = says(checkToken, { token: "required" });

/** The same where a token may be left out; a bad one is refused all the same. */
export const authenticateIfAny = says(
  createMiddleware<MaybeSignedInEnv>(async (c, next) =>
    c.req.header("authorization") ? checkToken(c as unknown as Context<SignedInEnv>, next) : next(),
  ),
  { token: "optional" },
);
