// Vitest's global set-up, after the stack's: endpoints that speak to the Worker as a database does that is away.
// `/<fault>/<good calls>/<name>`: forwards so many calls under this name to the real endpoint, and then fails.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    brokenNeonUrl: string;
    faultNames: string[];
  }
}

type Fail = (response: ServerResponse, forward: () => Promise<{ status: number; body: string }>) => unknown;

const answer = (status: number, body: string) => (response: ServerResponse) =>
  response.writeHead(status, { "content-type": "application/json" }).end(body);
const half = (status: number) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"results": [');
};

const faults: Record<string, Fail> = {
  "never-answers": () => {},
  "stops-midway": half(200),
  "stops-midway-in-an-error": half(400),
  "hangs-up": (response) => response.destroy(),
  "hangs-up-midway": (response) => {
    half(200)(response);
    setTimeout(() => response.destroy(), 20);
  },
  "hangs-up-when-done": async (response, forward) => {
    await forward();
    response.destroy();
  },
  "answers-500": answer(500, '{"message": "Control plane request failed", "code": null}'),
  "answers-502": answer(502, "<html>Bad gateway</html>"),
  "answers-429": answer(429, '{"message": "too many connections"}'),
  "answers-403": answer(403, '{"message": "IP address not allowed"}'),
  "answers-400-garbage": answer(400, "<html>Bad request</html>"),
  "answers-garbage": answer(200, "<html>Sign in to the Wi-Fi</html>"),
  "answers-nothing": answer(200, ""),
  "answers-a-list": answer(200, "[]"),
  "answers-an-object": answer(200, "{}"),
  "redirects-to-a-page": (response) => response.writeHead(302, { location: "/answers-garbage/0/x" }).end(),
};

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { neonSqlUrl } = project.getProvidedContext();
  const calls = new Map<string, number>();

  async function forward(request: IncomingMessage) {
    const { host: _, "content-length": __, connection: ___, ...headers } = request.headers;
    const body = await buffer(request);
    const result = await fetch(neonSqlUrl, { method: "POST", headers: headers as HeadersInit, body });
    return { status: result.status, body: await result.text() };
  }

  const server = createServer(async (request, response) => {
    const [, fault = "", goodCalls, name = ""] = (request.url ?? "").split("/");
    const count = (calls.get(name) ?? 0) + 1;
    calls.set(name, count);
    if (count > Number(goodCalls)) return faults[fault]?.(response, () => forward(request));
    const { status, body } = await forward(request);
    answer(status, body)(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("faultNames", Object.keys(faults));
  project.provide("brokenNeonUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
