// The outermost layer of a request: its id, its configuration and database, and its one line in the log.
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { configOf } from "../config.ts";
import { requireWorkingKeys } from "../crypto/keys.ts";
import { Database } from "../db/client.ts";
import { type AppEnv, addressOf } from "./context.ts";
import { logRequest } from "./log.ts";
import { networkOf } from "./network.ts";

export const observe = createMiddleware<AppEnv>(async (c, next) => {
  const started = performance.now();
  const requestId = crypto.randomUUID();
  c.set("requestId", requestId);
  c.header("x-request-id", requestId);
  const config = configOf(c.env);
  await requireWorkingKeys(config);
  const ip = addressOf(c.req.raw);
  const db = new Database(config, { requestId, ip, network: networkOf(ip) });
  c.set("config", config);
  c.set("db", db);
  await next();
  logRequest({
    request_id: requestId,
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    code: c.var.errorCode,
    trips: db.trips,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
  });
});
