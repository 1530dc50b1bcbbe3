// A proxy in front of one endpoint, Neon's or the mailbox, that does to calls what bad days do: drops them, holds them,
// loses the answer after the work was done, answers nonsense. What happens to a call is for `pick` to say.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export type Answer = { status: number; type: string; body: string };
/** `forward` sends the call on and waits for its answer, also when whoever called has given up. */
export type Call = {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  forward(): Promise<Answer>;
};
/** What becomes of one call. One that throws breaks the connection off. */
export type Fault = (response: ServerResponse, call: Call) => unknown;
export type FaultProxy = { url: string; close(): Promise<void> };

const JSON_TYPE = "application/json";
const ELSEWHERE = "/elsewhere";
/** Longer than a request of the Worker waits for the database (src/db/patience.ts). */
const TOO_LATE_MS = 5_000;

/** Calls of any path go to `target`; their authorization, type and Neon's or Resend's own headers go along. */
export async function startFaultProxy(options: {
  target: string;
  port?: number;
  pick(call: Call): Fault;
}): Promise<FaultProxy> {
  const server = createServer({ keepAliveTimeout: 600_000 }, async (request, response) => {
    const path = request.url ?? "/";
    try {
      const body = (await buffer(request)).toString("utf8");
      const { headers } = request;
      const call = { path, headers, body, forward: () => forward(options.target, headers, body) };
      await (path === ELSEWHERE ? answers(200, SIGN_IN_PAGE) : options.pick(call))(response, call);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forward(target: string, incoming: IncomingHttpHeaders, body: string): Promise<Answer> {
  const { host: _, "content-length": __, connection: ___, "transfer-encoding": ____, ...kept } = incoming;
  const headers = Object.entries(kept).map(([name, value]) => [name, String(value)] as [string, string]);
  const answer = await fetch(target, { method: "POST", headers, body });
  return {
    status: answer.status,
    type: answer.headers.get("content-type") ?? JSON_TYPE,
    body: await answer.text(),
  };
}

const SIGN_IN_PAGE = "<html>Sign in to the Wi-Fi</html>";

/** Nothing happens to the call. */
export const passes: Fault = async (response, call) => give(response, await call.forward());

/** It takes so much longer, on the way there. */
export const takes =
  (ms: number): Fault =>
  async (response, call) => {
    await sleep(ms);
    await passes(response, call);
  };

export const answers =
  (status: number, body: string, headers: Record<string, string> = {}): Fault =>
  (response) =>
    response.writeHead(status, { "content-type": JSON_TYPE, ...headers }).end(body);

const give = (response: ServerResponse, { status, type, body }: Answer) =>
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);

/** The beginning of an answer that says it is longer. */
function giveHalf(response: ServerResponse, { status, type, body }: Answer): void {
  const whole = Buffer.from(body);
  response.writeHead(status, { "content-type": type, "content-length": whole.length });
  response.write(whole.subarray(0, whole.length / 2));
}

const half = (status: number): Fault => {
  const body = '{"results": ['.padEnd(1000);
  return (response) => giveHalf(response, { status, type: JSON_TYPE, body });
};
const hangsUpMidway: Fault = (response, call) => {
  half(200)(response, call);
  setTimeout(() => response.destroy(), 20);
};

/** The call does not arrive: nothing was done, and nothing will be. */
export const lostOnTheWay: Record<string, Fault> = {
  "never-answers": () => {},
  "stops-midway": half(200),
  "stops-midway-in-an-error": half(400),
  "hangs-up": (response) => response.destroy(),
  "hangs-up-midway": hangsUpMidway,
  "answers-500": answers(500, '{"message": "Control plane request failed", "code": null}'),
  "answers-502": answers(502, "<html>Bad gateway</html>"),
  "answers-429": answers(429, '{"message": "too many connections"}'),
  "answers-403": answers(403, '{"message": "IP address not allowed"}'),
  "answers-400-garbage": answers(400, "<html>Bad request</html>"),
  "answers-garbage": answers(200, SIGN_IN_PAGE),
  "answers-nothing": answers(200, ""),
  "answers-a-list": answers(200, "[]"),
  "answers-an-object": answers(200, "{}"),
  "redirects-to-a-page": answers(302, "", { location: ELSEWHERE }),
};

/** The call is done, and its answer does not arrive: who called cannot know. */
export const lostOnTheWayBack: Record<string, Fault> = {
  "hangs-up-when-done": async (response, call) => {
    await call.forward();
    response.destroy();
  },
  "hangs-up-midway-when-done": async (response, call) => {
    giveHalf(response, await call.forward());
    setTimeout(() => response.destroy(), 20);
  },
  "stops-midway-when-done": async (response, call) => giveHalf(response, await call.forward()),
  "answers-502-when-done": async (response, call) => {
    await call.forward();
    await answers(502, "<html>Bad gateway</html>")(response, call);
  },
  // Whoever called has given up, and maybe called again, when it is done.
  "arrives-too-late": async (_response, call) => {
    await sleep(TOO_LATE_MS);
    await call.forward();
  },
};
