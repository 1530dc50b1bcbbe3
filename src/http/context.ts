// What every request carries, and who is on the other end of it.
import bowser from "bowser";
import type { Context } from "hono";
import type { Config } from "../config.ts";
import type { Database } from "../db/client.ts";
import type { Caller } from "../db/tenant.ts";
import type { ErrorCode } from "../errors.ts";

export type AppEnv = {
  Bindings: object;
  Variables: { config: Config; db: Database; requestId: string; errorCode?: ErrorCode };
};
/** After `authenticate`. */
export type SignedInEnv = AppEnv & { Variables: { caller: Caller } };

/** The client as a session remembers it and an alert names it. Empty strings where Cloudflare told nothing. */
export type Client = { ip: string; place: string; userAgent: string };

/** `CF-Connecting-IP` is set by Cloudflare alone; forwarded headers are anybody's to write and are not read. */
export const addressOf = (request: Request): string =>
  clean(request.headers.get("cf-connecting-ip") ?? "", 45);

export function clientOf(c: Context): Client {
  const cf = (c.req.raw.cf ?? {}) as { city?: unknown; country?: unknown };
  const place = [cf.city, cf.country].filter((part) => typeof part === "string" && part !== "").join(", ");
  return {
    ip: addressOf(c.req.raw),
    place: clean(place, 120),
    userAgent: clean(c.req.header("user-agent") ?? "", 500),
  };
}

/** "Firefox on Linux", or the product's name of a tool ("curl"), or "an unknown device". */
export function deviceOf(userAgent: string): string {
  if (!userAgent) return "an unknown device";
  const { browser, os } = bowser.parse(userAgent);
  const name = browser.name || /^[\w.-]{1,40}/.exec(userAgent)?.[0] || "an unknown device";
  return os.name ? `${name} on ${os.name}` : name;
}

/** Header text is the caller's: without control characters, and not longer than is of use. */
const clean = (text: string, most: number) => text.replace(/\p{C}/gu, "").slice(0, most);
