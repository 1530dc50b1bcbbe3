// What every request carries, and who is on the other end of it.
import bowser from "bowser";
import type { Context } from "hono";
import type { Config } from "../config.ts";
import type { Database } from "../db/client.ts";
import type { Caller } from "../db/tenant.ts";
import type { ErrorCode, FieldError } from "../errors.ts";

export type AppEnv = {
  Bindings: { ASSETS?: Fetcher };
  Variables: {
    config: Config;
    db: Database;
    requestId: string;
    errorCode?: ErrorCode;
    /** Somebody looks at the answer in a browser: failures are pages too. */
    asPage?: true;
    /** The page of the form that was sent, once more, with what is wrong with its fields. */
    showAgain?: (fields: FieldError[]) => Promise<Response>;
  };
};
/** After `authenticate`. */
export type SignedInEnv = AppEnv & {
  Variables: {
    caller: Caller;
    /** Set by `validatePage`: the id after which the asked-for page of a list begins. */
    after: number | null;
    /** The same of a list in another order: the values to go on after, none to begin. */
    afterKey: readonly (string | number)[];
  };
};

/** Where an access token may come along, and need not. */
export type MaybeSignedInEnv = AppEnv & { Variables: { caller?: Caller } };

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

/** From where something was done, as mails and pages tell it. */
export function circumstancesOf(c: Context): { ip: string; place: string; device: string } {
  const { ip, place, userAgent } = clientOf(c);
  return { ip, place, device: deviceOf(userAgent) };
}

const browsers = new Set<string>(Object.values(bowser.BROWSER_MAP));
const systems = new Set<string>(Object.values(bowser.OS_MAP));

/**
 * "Firefox on Linux", or a tool's name ("curl"), or "an unknown device". Only names that are known, or a short word:
 * the header is anybody's to write, and this text stands in mails.
 */
export function deviceOf(userAgent: string): string {
  if (!userAgent) return "an unknown device";
  const { browser, os } = bowser.parse(userAgent);
  const tool = /^[a-z][a-z0-9_-]{0,19}(?=\/|$)/i.exec(userAgent)?.[0] ?? "an unknown device";
  const name = browsers.has(browser.name ?? "") ? browser.name : tool;
  return systems.has(os.name ?? "") ? `${name} on ${os.name}` : `${name}`;
}

/** Header text is the caller's: without control characters, and not longer than is of use. */
const clean = (text: string, most: number) => text.replace(/\p{C}/gu, "").slice(0, most).toWellFormed();
