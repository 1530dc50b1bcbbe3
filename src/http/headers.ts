// Response headers that every answer carries, and who may read answers from another origin.
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "./context.ts";

export const securityHeaders = secureHeaders({
  overwrite: false, // A page has a policy of its own.
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
  },
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  // What our pages have no use for.
  permissionsPolicy: {
    camera: [],
    displayCapture: [],
    geolocation: [],
    microphone: [],
    payment: [],
    usb: [],
  },
});

/** Nothing here is for a cache, unless its route says so. */
export const noStore = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
});

/** CORS for the configured origins. No cookies are involved, so none are allowed. */
export const allowOrigins = createMiddleware<AppEnv>((c, next) => {
  const isPreflight =
    c.req.method === "OPTIONS" && c.req.header("access-control-request-method") !== undefined;
  if (c.req.method === "OPTIONS" && !isPreflight) return next();
  const { CORS_ORIGINS: allowed } = c.var.config;
  return cors({
    origin: (origin) => (allowed.includes(origin) ? origin : null),
    allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
    allowHeaders: ["authorization", "content-type", "idempotency-key"],
    exposeHeaders: ["x-request-id", "retry-after", "www-authenticate"],
    maxAge: 600,
  })(c, next);
});
