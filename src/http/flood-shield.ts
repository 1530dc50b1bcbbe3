// In front of what costs hashing, mail or a trip and asks for no session: a flood from one network ends here, before any of
// it. Cloudflare counts per location and roughly, which is what a shield may do; exact limits are the database's.
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import { type AppEnv, addressOf } from "./context.ts";
import { says } from "./describe.ts";
import { logError } from "./log.ts";
import { networkOf } from "./network.ts";

/** The `period` of the binding in wrangler.toml, which tells yes or no, and not how long. */
export const shieldSeconds = 10;

/** After the validation of an endpoint's input. Errors: 429 too_many_requests. */
export const floodShield = says(
  createMiddleware<AppEnv>(async (c, next) => {
    if (!(await letsPass(c))) throw new AppError("too_many_requests", { retryAfterSeconds: shieldSeconds });
    await next();
  }),
  { shielded: true },
);

async function letsPass(c: Context<AppEnv>): Promise<boolean> {
  const { config, requestId } = c.var;
  // Each path apart: whoever refreshes tokens all day does not use up what sign-in has.
  const key = `${c.req.path} ${networkOf(addressOf(c.req.raw))}`;
  try {
    return (await config.FLOOD_SHIELD?.limit({ key }))?.success ?? true;
  } catch (error) {
    logError("flood_shield", error, { request_id: requestId });
    return true; // The database still counts.
  }
}
