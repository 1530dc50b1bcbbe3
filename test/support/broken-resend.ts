// Vitest's global set-up, after the stack's: endpoints that speak to the Worker as Resend does on a bad day.
// `/<answers>/<name>`: gives the calls under this name one answer after the other, and from then on the last.
// `GET /calls/<name>` tells of these calls so far.
import type { TestProject } from "vitest/node";
import { answers as answersWith, type Fault, passes, startFaultProxy } from "../../local/fault-proxy.ts";

declare module "vitest" {
  interface ProvidedContext {
    brokenResendUrl: string;
  }
}

type Call = { key: string; body: string; at: number };

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  answersWith(status, JSON.stringify(body), headers);
const refusal = (statusCode: number, name: string, message = "Refused.") =>
  json(statusCode, { statusCode, name, message });

const answers: Record<string, Fault> = {
  takes: passes,
  "takes-and-hangs-up": async (response, call) => {
    await call.forward();
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
  "fails-with-null": json(500, null),
  "talks-of-people": refusal(500, "no ada@example.com"),
  "sign-in-page": (response) => response.end("<html>Sign in to the Wi-Fi</html>"),
  "takes-nothing": json(200, {}),
};

/** `429`, or `429;<retry-after>`. */
function throttle(name: string): Fault {
  const after = name.split(";")[1];
  const refused = { statusCode: 429, name: "rate_limit_exceeded", message: "Too many requests." };
  return json(429, refused, after === undefined ? {} : { "retry-after": after });
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const calls = new Map<string, Call[]>();
  const { url, close } = await startFaultProxy({
    target: `${project.getProvidedContext().inboxUrl}/emails`,
    pick: ({ path, headers, body }) => {
      const [, script = "", name = ""] = decodeURIComponent(path).split("/");
      const known = calls.get(name) ?? [];
      calls.set(name, known);
      if (script === "calls") return json(200, known);
      const order = script.split(",");
      known.push({ key: String(headers["idempotency-key"]), body, at: Date.now() });
      const answer = order[Math.min(known.length, order.length) - 1] ?? "";
      return answers[answer] ?? throttle(answer);
    },
  });
  project.provide("brokenResendUrl", url);
  return close;
}
