// Vitest's global set-up: endpoints that speak to the Worker as the list of breached passwords does, on a good day and on a
// bad one. `/<answer>/<name>/range/<prefix>`: answers so, and notes the call under this name. `GET /calls/<name>` tells of
// these calls so far: all that left the Worker.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestProject } from "vitest/node";
import { paddingLines } from "../../local/breaches.ts";

declare module "vitest" {
  interface ProvidedContext {
    brokenHibpUrl: string;
    hibpFaults: Record<string, string>;
  }
}

export type HibpCall = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  at: number;
};
type Answer = { reason: string; give: (response: ServerResponse) => unknown };

const list = (...lines: string[]) => [...lines, ...paddingLines(900)].sort().join("\r\n");
const says =
  (status: number, body: string, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);
const begins = (response: ServerResponse) => response.writeHead(200).write(list());

/** What goes wrong, and what the log calls it. */
const faults: Record<string, Answer> = {
  "never-answers": { reason: "timeout", give: () => {} },
  "stops-midway": { reason: "timeout", give: begins },
  "hangs-up": { reason: "no answer", give: (response) => response.destroy() },
  "hangs-up-midway": {
    reason: "no answer",
    give: (response) => {
      response.writeHead(200, { "content-length": "100000" }).write(list());
      setTimeout(() => response.destroy(), 20);
    },
  },
  "answers-500": { reason: "status 500", give: says(500, "Internal Server Error") },
  "answers-429": { reason: "status 429", give: says(429, "Rate limit exceeded", { "retry-after": "2" }) },
  "answers-502": { reason: "status 502", give: says(502, "<html>Bad gateway</html>") },
  "answers-400": { reason: "status 400", give: says(400, "The hash prefix was not in a valid format") },
  "answers-204": { reason: "status 204", give: says(204, "") },
  "redirects-to-a-page": {
    reason: "status 302",
    give: says(302, "", { location: "/sign-in-page/redirected" }),
  },
  "sign-in-page": { reason: "malformed", give: says(200, "<html>Sign in to the Wi-Fi</html>") },
  "answers-nothing": { reason: "malformed", give: says(200, "") },
  "answers-json": { reason: "malformed", give: says(200, '{"data": []}') },
  "ends-in-garbage": { reason: "malformed", give: says(200, `${list()}\r\n<html>`) },
  "counts-nothing": { reason: "malformed", give: says(200, `${"A".repeat(35)}:-1`) },
  "never-ends": {
    reason: "too long",
    give: (response) => {
      const more = () => {
        while (!response.destroyed && response.write(`${list()}\r\n`));
      };
      response.on("drain", more);
      more();
    },
  },
};

/** `lines;<suffix>:<count>;…`: a padded list with these entries. */
const giveLines = (answer: string) => says(200, list(...answer.split(";").slice(1)));

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const calls = new Map<string, HibpCall[]>();

  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const [, answer = "", name = "", ...path] = decodeURIComponent(url).split("/");
    const known = calls.get(name) ?? [];
    calls.set(name, known);
    if (answer === "calls") return says(200, JSON.stringify(known))(response);
    const at = Date.now();
    const sent = headers as Record<string, string>;
    known.push({ method, path: path.join("/"), headers: sent, body: await text(request), at });
    (faults[answer]?.give ?? giveLines(answer))(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("brokenHibpUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const reasons = Object.entries(faults).map(([fault, { reason }]) => [fault, reason]);
  project.provide("hibpFaults", Object.fromEntries(reasons));
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
