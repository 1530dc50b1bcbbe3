// Files that are deployed beside the Worker (scripts/assets.ts makes them), served through it so that they have the
// headers of every other answer.
import type { Context } from "hono";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const passedOn = ["content-type", "etag"];

/** The file at this path. Errors: 404. `maxAgeSeconds`: how long a cache may keep it. */
export async function serveAsset(c: Context<AppEnv>, path: string, maxAgeSeconds: number): Promise<Response> {
  const sought = new Headers({ "if-none-match": c.req.header("if-none-match") ?? "" });
  const found = await c.env.ASSETS?.fetch(new URL(path, c.req.url), { headers: sought });
  if (found?.status !== 200 && found?.status !== 304) throw new AppError("not_found");
  for (const name of passedOn) {
    const value = found.headers.get(name);
    if (value !== null) c.header(name, value);
  }
  c.header("cache-control", `public, max-age=${maxAgeSeconds}`);
  // The types know no body beside a 304.
  return c.body(found.body as ReadableStream, found.status as 200);
}
