// Sessions: one sign-in on one device, its tokens, and its end.
import { Hono } from "hono";
import { authenticate } from "../access/authenticate.ts";
import { asUser } from "../db/tenant.ts";
import { AppError } from "../errors.ts";
import { sendAfterwards } from "../http/afterwards.ts";
import { type AppEnv, deviceOf } from "../http/context.ts";
import { page } from "../http/cursor.ts";
import { describeIn } from "../http/describe.ts";
import { floodShield } from "../http/flood-shield.ts";
import { validateJson, validateNothing, validatePage, validateParam } from "../http/validate.ts";
import { sessionList, signedInAnswer, tokenPair } from "./answers.ts";
import { endOtherSessions, endSession, listSessions } from "./queries.ts";
import { refresh } from "./refresh.ts";
import { refreshBody, sessionParam, signInBody } from "./schemas.ts";
import { signIn } from "./sign-in.ts";

const describe = describeIn("Sign in");

export const sessions = new Hono<AppEnv>()
  .post(
    "/signin",
    describe("signIn", "Sign in", {
      notes:
        "With `org_id` the access token names that organization, the role and its permissions, and works there alone.",
      answers: { 200: signedInAnswer },
      errors: [
        "invalid_credentials",
        "too_many_attempts",
        "user_suspended",
        "not_found",
        "member_suspended",
        "organization_suspended",
      ],
    }),
    validateJson(signInBody),
    floodShield,
    async (c) => {
      const { answer, mail } = await signIn(c, c.req.valid("json"));
      sendAfterwards(c, mail);
      return c.json(answer);
    },
  )

  .post(
    "/token/refresh",
    describe("refreshTokens", "Get a new pair of tokens", {
      notes:
        "The old refresh token is spent. Within ten seconds a repeat gets the same successor; after that it is taken for theft, and the session ends.",
      answers: { 200: tokenPair },
      errors: [
        "invalid_token",
        "session_ended",
        "refresh_token_reused",
        "not_found",
        "member_suspended",
        "organization_suspended",
      ],
    }),
    validateJson(refreshBody),
    floodShield,
    async (c) => c.json(await refresh(c, c.req.valid("json"))),
  )

  .post(
    "/signout",
    describe("signOut", "Sign out", { notes: "Ends this session.", answers: { 204: null } }),
    authenticate,
    validateNothing,
    async (c) => {
      const { caller } = c.var;
      await asUser(c.var, [endSession(caller.userId, caller.sessionId, "signed_out")]);
      return c.body(null, 204);
    },
  )

  .get(
    "/sessions",
    describe("listSessions", "List my sessions", { answers: { 200: sessionList } }),
    authenticate,
    validatePage({}),
    async (c) => {
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
    },
  )

  .delete(
    "/sessions/:session_id",
    describe("endSession", "End one of my sessions", { answers: { 204: null }, errors: ["not_found"] }),
    authenticate,
    validateNothing,
    validateParam(sessionParam),
    async (c) => {
      const { caller } = c.var;
      const { session_id } = c.req.valid("param");
      const [ended] = await asUser(c.var, [endSession(caller.userId, session_id, "revoked")]);
      if (ended.length === 0) throw new AppError("not_found");
      return c.body(null, 204);
    },
  )

  .delete(
    "/sessions",
    describe("endOtherSessions", "End all my other sessions", { answers: { 204: null } }),
    authenticate,
    validateNothing,
    async (c) => {
      const { caller } = c.var;
      await asUser(c.var, [endOtherSessions(caller.userId, caller.sessionId)]);
      return c.body(null, 204);
    },
  );
