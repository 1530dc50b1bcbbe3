// Sessions: one sign-in on one device, its tokens, and its end.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import { type AppEnv, deviceOf } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { endOtherSessions, endSession, listSessions } from "./queries.ts";
import { refresh } from "./refresh.ts";
import { refreshBody, sessionParam, signInBody } from "./schemas.ts";
import { signIn } from "./sign-in.ts";

export const sessions = new Hono<AppEnv>()
  .post("/signin", validateJson(signInBody), async (c) => {
    const { answer, mail } = await signIn(c, c.req.valid("json"));
    sendAfterwards(c, mail);
    return c.json(answer);
  })

  .post("/token/refresh", validateJson(refreshBody), async (c) =>
    c.json(await refresh(c, c.req.valid("json"))),
  )

  .post("/signout", authenticate, validateNothing, async (c) => {
    const { caller } = c.var;
    await asUser(c.var, [endSession(caller.userId, caller.sessionId, "signed_out")]);
    return c.body(null, 204);
  })

  .get("/sessions", authenticate, validatePage({}), async (c) => {
    const { caller, after } = c.var;
    const { limit } = c.req.valid("query");
    const [rows] = await asUser(c.var, [listSessions(caller.userId, { after, limit })], {
      access: "read",
    });
    const list = await page(c, rows, limit, (row) => ({
      session_id: row.id,
      device: deviceOf(row.user_agent),
      place: row.place,
      ip: row.ip,
      current: row.id === caller.sessionId,
      created_at: row.created_at,
      last_used_at: row.last_used_at,
      expires_at: row.expires_at,
    }));
    return c.json(list);
  })

  .delete("/sessions/:session_id", authenticate, validateNothing, validateParam(sessionParam), async (c) => {
    const { caller } = c.var;
    const { session_id } = c.req.valid("param");
    const [ended] = await asUser(c.var, [endSession(caller.userId, session_id, "revoked")]);
    if (ended.length === 0) throw new AppError("not_found");
    return c.body(null, 204);
  })

  .delete("/sessions", authenticate, validateNothing, async (c) => {
    const { caller } = c.var;
    await asUser(c.var, [endOtherSessions(caller.userId, caller.sessionId)]);
    return c.body(null, 204);
  });
