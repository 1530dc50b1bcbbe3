// The log: one JSON line for each request, one more for a failure that nobody expected, and nothing in either that
// a person typed, holds or is called. Canaries go in everywhere; none comes out.
import { beforeEach, describe, expect, inject, test } from "vitest";
import { logError } from "../src/http/log.ts";
import { ask, type Body, call } from "./support/app.ts";
import { chunked } from "./support/bodies.ts";
import { tokenOfMail } from "./support/invitations.ts";
import { type Capture, captureLog, requestLine, sqlText } from "./support/log.ts";
import { owner } from "./support/owner.ts";
import { newEmail, signedIn, verificationToken } from "./support/people.ts";
import { otherVerb, routes, send, somebody } from "./support/samples.ts";

const canary = `canary${crypto.randomUUID().slice(0, 8)}`;
const headers = {
  "idempotency-key": `${canary}-key`,
  cookie: `session=${canary}`,
  "user-agent": `${canary}/1.0`,
  "x-request-id": canary,
  "x-forwarded-for": canary,
  referer: `https://${canary}.example/`,
};
let written: Capture;
beforeEach(() => {
  written = captureLog();
});
/** The lines of this request, of which exactly one is its own; no line holds a secret. */
function linesOf(answer: { headers: Headers }, ...secrets: string[]): Body[] {
  const lines = written();
  for (const line of lines) {
    for (const secret of [canary, ...secrets.filter(Boolean)])
      expect(line.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(line).not.toMatch(sqlText);
  }
  const parsed = lines.map((line) => JSON.parse(line));
  const request_id = answer.headers.get("x-request-id");
  expect(parsed.filter(({ event }) => event === "request")).toEqual([
    expect.objectContaining({ request_id }),
  ]);
  expect(parsed.map((line) => line.request_id)).toEqual(parsed.map(() => request_id));
  return parsed;
}

describe.each(routes)("$name", (route) => {
  test("logs one line: id, method, route, status, trips and time", async () => {
    const { method, pattern, status } = route;
    const person = await signedIn();
    const answer = await send(route, { person, headers: { "user-agent": canary, cookie: `a=${canary}` } });
    const lines = written().map((line) => JSON.parse(line));
    const own = lines.filter((line) => line.request_id === answer.headers.get("x-request-id"));
    expect(own).toEqual([requestLine({ method, route: pattern, status })]);
    expect(own[0].trips > 0).toBe(!route.offline);
  });

  test("logs one line for each kind of refusal, with its code", async () => {
    const { pattern, method } = route;
    const refused = async (changes: Parameters<typeof send>[1], line: object) => {
      const answer = await send(route, { ...changes, headers: { ...headers, ...changes?.headers } });
      expect(linesOf(answer)).toEqual([requestLine({ method, trips: 0, ...line })]);
    };
    await somebody(); // who signs up and in
    written();
    await refused(
      { query: `?${canary}=${canary}` },
      { route: pattern, status: 422, code: "invalid_request" },
    );
    if (route.signedIn) {
      await refused({ token: null }, { route: pattern, status: 401, code: "unauthenticated" });
      await refused({ token: canary }, { route: pattern, status: 401, code: "invalid_token" });
    }
    if (route.body) {
      const line = { route: pattern, status: 400, code: "malformed_json" };
      await refused({ body: canary }, line);
      await refused({ body: chunked(70_000) }, { ...line, status: 413, code: "body_too_large" });
      const type = { "content-type": `text/${canary}` };
      await refused(
        { body: canary, headers: type },
        { ...line, status: 415, code: "unsupported_media_type" },
      );
      const json = { [canary]: canary, email: canary, token: canary, profile: canary };
      await refused({ json }, { ...line, status: 422, code: "invalid_request" });
    }
    const verb = otherVerb(route);
    await refused(
      { method: verb },
      { method: verb, route: expect.any(String), status: 405, code: "method_not_allowed" },
    );
  });
});

test("a path is never logged, only the route that answered", async () => {
  const paths = [`/${canary}`, `/me/${canary}?token=${canary}`, `/sessions/${canary}`, `/%00${canary}`];
  for (const path of paths) {
    for (const method of ["GET", "DELETE", "OPTIONS"]) linesOf(await call(path, { method, headers }));
  }
});

describe("a person's way through the service", () => {
  const email = `${canary}.${newEmail()}`;
  const password = `${canary} pass phrase`;
  const profile = {
    [canary]: `${canary}\n    at ${canary} (x.ts:1:1)`,
    quotes: `'"; drop table ${canary}; --`,
  };

  test("leaves nothing of theirs in the log", async () => {
    const step = async (
      path: string,
      options: Parameters<typeof ask>[1],
      status: number,
      ...secrets: string[]
    ) => {
      const answer = await ask(path, { ...options, headers });
      expect([path, answer.status]).toEqual([path, status]);
      expect(linesOf(answer, ...secrets)).toHaveLength(1);
      return answer.body;
    };
    const account = { email, password, organization_name: `${canary} Ltd`, profile };
    await step("/signup", { json: { ...account, organization_details: canary } }, 201);
    await step("/signup", { json: { ...account, organization_name: "Other" } }, 422);
    await step("/signin", { json: { email, password: `${password}!` } }, 401);
    const pair = await step("/signin", { json: { email, password } }, 200);
    const secrets = [pair.access_token, pair.refresh_token].flatMap((token: string) => token.split("."));
    const token = pair.access_token;
    const mailToken = await verificationToken(email);
    await step("/verify-email", { json: { token: mailToken } }, 200, mailToken, ...mailToken.split("."));
    await step("/verify-email", { json: { token: mailToken } }, 410, mailToken);
    await step(
      "/me",
      { method: "PATCH", token, json: { profile, settings: { [canary]: canary } } },
      200,
      ...secrets,
    );
    await step("/me", { token }, 200, ...secrets);
    await step(`/me?token=${canary}`, { token }, 422, ...secrets);
    const made = { name: `${canary} Sons`, details: canary };
    const { org_id } = await step("/organizations", { token, json: made }, 201, ...secrets);
    await step(`/organizations/${org_id}/members?q=${canary}`, { token }, 200, ...secrets);
    await step(`/organizations/${org_id}/members?role=${canary}`, { token }, 200, ...secrets);
    const site = { name: canary, url: `https://${canary}.example`, settings: { [canary]: canary } };
    await step(`/organizations/${org_id}/websites`, { token, json: site }, 201, ...secrets);
    const guest = `${canary}.${newEmail("guest")}`;
    const invites = `/organizations/${org_id}/invites`;
    const asked = { email: guest, role: "member" };
    const { invite_id } = await step(invites, { token, json: asked }, 201, guest, ...secrets);
    await step(invites, { token, json: asked }, 201, guest); // the repeat that the key makes of it
    await step(invites, { token, json: { ...asked, role: "admin" } }, 422, guest);
    linesOf(await call(invites, { token, json: asked }), guest);
    linesOf(await call(invites, { token, json: { ...asked, role: canary } }), guest);
    await step(invites, { token }, 200, guest);
    const again = { method: "POST", token };
    await step(`${invites}/${invite_id}/resend`, again, 202, guest);
    const link = await tokenOfMail(guest, "accept-invite");
    const parts = link.split(".").slice(2);
    const asJson = { headers: { ...headers, accept: "application/json" } };
    linesOf(await call(`/accept-invite?token=${link}`, asJson), guest, link, ...parts);
    linesOf(await call(`/accept-invite?token=${link}`, { headers }), guest, link, ...parts);
    await step("/accept-invite", { json: { token: link, email } }, 403, guest, link, ...parts);
    await step("/accept-invite", { json: { token: link, password: "short" } }, 422, guest, link, ...parts);
    const joining = { token: link, password: `${canary} of the guest`, profile };
    await step("/accept-invite", { json: joining }, 201, guest, link, ...parts);
    await step("/accept-invite", { json: joining }, 410, guest, link, ...parts);
    await step(`${invites}/${invite_id}`, { method: "DELETE", token }, 410, guest);
    await step("/forgot-password", { json: { email: guest } }, 202, guest);
    await step("/forgot-password", { json: { email: newEmail(canary) } }, 202);
    const reset = await tokenOfMail(guest, "reset-password");
    linesOf(await call(`/reset-password?token=${reset}`, { headers }), guest, ...reset.split(".").slice(2));
    const other = { token: reset, new_password: `${canary} once more` };
    await step("/reset-password", { json: other }, 200, guest, ...reset.split(".").slice(2));
    const { user_id } = (await owner(`select id as user_id from "user" where email = $1`, [guest]))[0] ?? {};
    const member = `/organizations/${org_id}/members/${user_id}`;
    await step(member, { method: "PATCH", token, json: { role: "admin" } }, 200, guest);
    await step(member, { method: "DELETE", token }, 204, guest);
    const big = { profile: { [canary]: canary.repeat(3_000) } };
    await step("/me", { method: "PATCH", token, json: big }, 200);
    await step("/me", { method: "PATCH", token, json: { profile: { more: big.profile[canary] } } }, 422);
    const change = { current_password: password, new_password: `new ${password}` };
    await step("/me/password", { token, json: { ...change, current_password: "wrong" } }, 401, ...secrets);
    await step("/me/password", { token, json: change }, 200, ...secrets);
    const next = await step(
      "/token/refresh",
      { json: { refresh_token: pair.refresh_token } },
      200,
      ...secrets,
    );
    await step("/sessions?limit=1", { token: next.access_token }, 200, ...next.access_token.split("."));
    await step("/sessions?cursor=x", { token: next.access_token }, 400);
    await step("/token/refresh", { json: { refresh_token: next.refresh_token, org_id: canary } }, 404);
    await step("/signout", { method: "POST", token }, 204, ...secrets);
    await step("/me", { token }, 401, ...secrets);
    for (let i = 0; i < 9; i += 1) await ask("/signin", { json: { email, password } });
    written();
    await step("/signin", { json: { email, password } }, 429);
  });

  test("nor when mails cannot be sent, or the database is away", async () => {
    const LOCAL_NEON_ENDPOINT = `${inject("brokenNeonUrl")}/answers-500/0/logs`;
    const json = { email: newEmail(canary), password, organization_name: canary, profile };
    const settings = { LOCAL_RESEND_URL: "http://127.0.0.1:1" };
    const posted = await call("/signup", {
      json,
      settings,
      headers: { ...headers, "idempotency-key": `${canary}2` },
    });
    expect(posted.status).toBe(201);
    linesOf(posted);
    const cutOff = { LOCAL_NEON_ENDPOINT: `${inject("brokenNeonUrl")}/answers-500/1/${canary}` };
    const unsent = await call("/signup", { json: { ...json, email: newEmail(canary) }, settings: cutOff });
    expect(unsent.status).toBe(201);
    expect(linesOf(unsent)).toHaveLength(2);
    const unchecked = await call("/signup", {
      json: { ...json, email: newEmail(canary) },
      settings: { LOCAL_HIBP_URL: "http://127.0.0.1:1" },
    });
    expect(unchecked.status).toBe(201);
    expect(linesOf(unchecked)).toHaveLength(2);
    const away = await call("/signin", {
      json: { email, password },
      headers,
      settings: { LOCAL_NEON_ENDPOINT },
    });
    expect(away.status).toBe(503);
    const [line] = linesOf(away).filter(({ event }) => event === "request");
    expect(line).toMatchObject({ status: 503, code: "service_unavailable", trips: 1 });
  });
});

describe("a failure that nobody expected", () => {
  /** A database of the same server in which nothing was installed. */
  const empty = () => {
    const url = new URL(inject("serviceUrl"));
    url.pathname = "/postgres";
    return { DATABASE_URL: url.href };
  };

  test("is a 500 that says nothing, and one more line that says where", async () => {
    const json = { email: newEmail(canary), password: `${canary} x y`, organization_name: canary };
    const answer = await call("/signup", { json, headers, settings: empty() });
    const lines = linesOf(answer);
    const body = await answer.json<Body>();
    expect([answer.status, body.code]).toEqual([500, "internal_error"]);
    expect(JSON.stringify(body)).not.toMatch(/schema|sign_up|canary|3F000/);
    expect(lines).toContainEqual(
      requestLine({ method: "POST", route: "/signup", status: 500, code: "internal_error", trips: 1 }),
    );
    expect(lines.find(({ level }) => level === "error")).toMatchObject({
      event: "unexpected",
      name: "NeonDbError",
      code: "3F000",
      where: expect.arrayContaining([expect.stringMatching(/^at /)]),
    });
    expect(lines).toHaveLength(2);
  });

  const failures: Record<string, () => unknown> = {
    "a broken constraint, whose detail quotes the row": async () => {
      const email = newEmail(canary);
      const insert = `insert into "user" (email, password, profile) values ($1, $2, '{}')`;
      await owner(insert, [email, canary]);
      await owner(insert, [email, canary]);
    },
    "a value that Postgres quotes": () => owner("select $1::text::integer", [canary]),
    "a quoted value that looks like a stack": () =>
      owner("select $1::text::integer", [`1\n    at ${canary} (a.ts:1:1)\n   at ${canary}`]),
    "a wrong query, which Postgres points into": () => owner(`select ${canary} from ${canary}`),
    "a value that JavaScript quotes": () => Object.fromEntries([canary] as unknown as [string, string][]),
    "a string that is no object": () => canary in (canary as unknown as object),
    "a name that Intl quotes": () => new Intl.DateTimeFormat("en", { timeZone: canary }),
    "a text that JSON quotes": () => JSON.parse(canary),
    "an address that the parser quotes": () => new URL(canary),
    "a number that BigInt quotes": () => BigInt(canary),
    "text instead of an error": () => Promise.reject(canary),
    nothing: () => Promise.reject(null),
  };

  test.each(Object.entries(failures))("%s is not in the log", async (_, fail) => {
    try {
      await fail();
      expect.unreachable();
    } catch (error) {
      logError("unexpected", error, { request_id: "x" });
    }
    const [line = "", ...more] = written();
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      event: "unexpected",
      request_id: "x",
      name: expect.any(String),
    });
    expect(line.toLowerCase()).not.toContain(canary);
    expect(line).not.toMatch(sqlText);
  });
});
