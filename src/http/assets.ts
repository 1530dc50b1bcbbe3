// Files that are deployed beside the Worker (scripts/assets.ts makes them), served through it so that they have the
// headers of every other answer.
import type { Context } from "hono";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const passedOn = ["content-type", "etag"];

/** How long caches may keep something, in seconds; for ever, if its name changes with it. */
type Keep = number | "forever";

export const cacheable = (keep: Keep): string =>
  keep === "forever" ? "public, max-age=31536000, immutable" : `public, max-age=${keep}`;

/** The file at this path. Errors: 404. */
export async function serveAsset(c: Context<AppEnv>, path: string, keep: Keep): Promise<Response> {
  const sought = new Headers({ "if-none-match": c.req.header("if-none-match") ?? "" });
  const found = await c.env.ASSETS?.fetch(new URL(path, c.req.url), { headers: sought });
  if (found?.status !== 200 && found?.status !== 304) throw new AppError("not_found");
  for (const name of passedOn) {
    const value = found.headers.get(name);
    if (value !== null) c.header(name, value);
  }
  c.header("cache-control", cacheable(keep));
  // The types know no body beside a 304.
  return c.body(found.body as ReadableStream, found.status as 200);
}

/** What a JSON file says that was deployed with this Worker. */
export async function readAsset<T>(c: Context<AppEnv>, path: string): Promise<T> {
  const found = await c.env.ASSETS?.fetch(new URL(path, c.req.url));
  if (found?.status !== 200) throw new Error(`${path} was not deployed`);
  return found.json<T>();
}
