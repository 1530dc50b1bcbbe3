// Vitest's global set-up, after the stack's: endpoints that speak to the Worker as Resend does on a bad day.
// `/<answers>/<name>`: gives the calls under this name one answer after the other, and from then on the last.
// `GET /calls/<name>` tells of these calls so far.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    brokenResendUrl: string;
  }
}

type Call = { key: string; body: string; at: number };
type Answer = (response: ServerResponse, forward: () => Promise<{ status: number; body: string }>) => unknown;

const json = (status: number, body: unknown, headers = {}) =>
  [status, JSON.stringify(body), headers] as const;
const say =
  ([status, body, headers]: readonly [number, string, object]): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
const refusal = (statusCode: number, name: string, message = "Refused.") =>
  say(json(statusCode, { statusCode, name, message }));

const answers: Record<string, Answer> = {
  takes: async (response, forward) => {
    const { status, body } = await forward();
    say([status, body, {}])(response, forward);
  },
  "takes-and-hangs-up": async (response, forward) => {
    await forward();
    response.destroy();
  },
  "hangs-up": (response) => response.destroy(),
  "never-answers": () => {},
  "bad-address": refusal(422, "validation_error"),
  "bad-field": refusal(400, "validation_error"),
  "bad-key": refusal(400, "validation_error", "API key is invalid"),
  "no-key": refusal(401, "missing_api_key"),
  "bad-domain": refusal(403, "validation_error"),
  "used-key": refusal(409, "concurrent_idempotent_requests"),
  "no-quota": refusal(429, "daily_quota_exceeded"),
  fails: refusal(500, "internal_server_error"),
  "bad-gateway": (response) => response.writeHead(502).end("<html>Bad gateway</html>"),
  "fails-with-null": say(json(500, null)),
  "talks-of-people": refusal(500, "no ada@example.com"),
  "sign-in-page": (response) => response.end("<html>Sign in to the Wi-Fi</html>"),
  "takes-nothing": say(json(200, {})),
};

/** `429`, or `429;<retry-after>`. */
function throttle(name: string): Answer {
  const after = name.split(";")[1];
  const refused = { statusCode: 429, name: "rate_limit_exceeded", message: "Too many requests." };
  return say(json(429, refused, after === undefined ? {} : { "retry-after": after }));
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { inboxUrl } = project.getProvidedContext();
  const calls = new Map<string, Call[]>();

  async function forward({ headers }: IncomingMessage, { key, body }: Call) {
    const { authorization = "" } = headers;
    const sent = { authorization, "content-type": "application/json", "idempotency-key": key };
    const result = await fetch(`${inboxUrl}/emails`, { method: "POST", headers: sent, body });
    return { status: result.status, body: await result.text() };
  }

  const server = createServer(async (request, response) => {
    const [, script = "", name = ""] = decodeURIComponent(request.url ?? "").split("/");
    const known = calls.get(name) ?? [];
    calls.set(name, known);
    if (script === "calls") return say(json(200, known))(response, async () => ({ status: 0, body: "" }));
    const call = { key: String(request.headers["idempotency-key"]), body: "", at: Date.now() };
    const order = script.split(",");
    const answer = order[Math.min(known.push(call), order.length) - 1] ?? "";
    call.body = await text(request);
    (answers[answer] ?? throttle(answer))(response, () => forward(request, call));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("brokenResendUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
