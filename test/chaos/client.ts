// A client that repeats what it got no answer to, as the documentation tells it to: after a 503, and after hanging up itself.
// Every answer is looked at: a success, or a problem document; no 500; within five seconds, and what the machine itself took.
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../database/seeded.ts";

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever the story says it is
type Body = any;
/** `code`: of a problem its code, of a success its status. `lost`: earlier tries had no answer, or a 503. */
export type Told = { status: number; code: string; body: Body; lost: boolean; firstAt: number };
export type Ask = { json?: unknown; token?: string | undefined; key?: string; ip: string };
/** Which codes may come: at once, and after a try that may have been done. */
export type Expected = { first: string[]; again?: string[] };

export type Figures = {
  requests: number;
  hungUp: number;
  /** Answers that `wrangler dev` lost between the Worker and the client, or that never left it. */
  devServer: number;
  repeats: number;
  times: number[];
  statuses: Map<string, number>;
  /** Everything that should not have happened, in sentences. */
  wrong: string[];
};
export const noFigures = (): Figures => ({
  ...{ requests: 0, hungUp: 0, devServer: 0, repeats: 0, times: [], statuses: new Map(), wrong: [] },
});

const slowestMs = 5_000;
const mostTries = 60;
/** Longer than a slow call to the database takes: what a try has set going is done by then. */
export const settlingMs = 1_000;

/** Ends one story, never the run. */
export class Broken extends Error {}

/** For how much of this time (performance.now()) the machine kept waiting whoever asked for nothing. */
export type Lag = (from: number, to: number) => number;

export type Client = ReturnType<typeof openClient>;

/** `hangUps`: the share of requests whose client gives up before the answer. */
export function openClient(url: string, random: Random, figures: Figures, lagBetween: Lag) {
  const client = {
    hangUps: 0,
    /** One try: null when the client hung up. */
    async attempt(
      request: string,
      { json, token, key, ip }: Ask,
    ): Promise<Omit<Told, "lost" | "firstAt"> | null> {
      const [method = "", path = ""] = request.split(" ");
      const headers: Record<string, string> = { "cf-connecting-ip": ip };
      if (json !== undefined) headers["content-type"] = "application/json";
      if (token) headers.authorization = `Bearer ${token}`;
      if (key) headers["idempotency-key"] = key;
      const hangsUp = random.chance(client.hangUps);
      const signal = hangsUp ? AbortSignal.timeout(random.whole(1, 60)) : AbortSignal.timeout(30_000);
      const began = performance.now();
      figures.requests += 1;
      try {
        const body = json === undefined ? null : JSON.stringify(json);
        const response = await fetch(url + path, { method, headers, body, signal });
        const text = await response.text();
        const answeredAt = performance.now();
        // Whatever the Worker answers bears its request id. Without, the proxy of `wrangler dev` speaks (it has lost its
        // connection, or reloads the Worker because somebody has saved a file), and what was done is unknown.
        if ([500, 503].includes(response.status) && !response.headers.has("x-request-id")) {
          figures.devServer += 1;
          return null;
        }
        figures.times.push(answeredAt - began);
        return judge(request, response, text, answeredAt - began, lagBetween(began, answeredAt));
      } catch (error) {
        if (hangsUp && signal.aborted) figures.hungUp += 1;
        else if (error instanceof TypeError) figures.devServer += 1;
        else figures.wrong.push(`${request}: no answer (${(error as Error).message})`);
        return null;
      }
    },
    /** Repeats a request until its fate is known. */
    async settle(request: string, ask: Ask, { first, again = [] }: Expected): Promise<Told> {
      const firstAt = Date.now();
      let lost = false;
      for (let tries = 0; tries < mostTries; tries += 1) {
        const told = await client.attempt(request, ask);
        if (told && told.status !== 503) {
          if (![...first, ...(lost ? again : [])].includes(told.code)) {
            const wrong = `${request}: ${told.code}${lost ? " after a lost answer" : ""}, not ${first} (${again})`;
            figures.wrong.push(wrong);
            throw new Broken(wrong);
          }
          // Another try may still be under way.
          if (lost) await sleep(settlingMs);
          return { ...told, lost, firstAt };
        }
        lost = true;
        figures.repeats += 1;
        await sleep(random.whole(20, 300));
      }
      figures.wrong.push(`${request}: no answer after ${mostTries} tries`);
      throw new Broken(request);
    },
  };

  function judge(
    request: string,
    { status, headers }: Response,
    text: string,
    tookMs: number,
    lagMs: number,
  ) {
    const complain = (what: string) =>
      figures.wrong.push(`${request}: ${what} (${status} ${text.slice(0, 200)})`);
    const type = headers.get("content-type") ?? "";
    const body = parse(text);
    const code = status < 400 ? String(status) : String(body?.code);
    figures.statuses.set(code, (figures.statuses.get(code) ?? 0) + 1);
    if (tookMs > slowestMs + lagMs)
      complain(`took ${Math.round(tookMs)} ms, ${Math.round(lagMs)} of them for want of a processor`);
    if (!headers.has("x-request-id")) complain("no X-Request-Id");
    if (status >= 300 && status < 400) complain("a redirect");
    if (status < 300 && status !== 204 && (!body || !type.startsWith("application/json")))
      complain("no JSON");
    if (status === 204 && text !== "") complain("a body");
    if (status >= 400) {
      const isProblem = type === "application/problem+json" && body?.status === status;
      if (!isProblem || body.type !== `/errors/${code}` || !body.request_id) complain("no problem document");
    }
    if (status >= 500 && status !== 503) complain("our fault");
    const wait = Number(headers.get("retry-after") ?? 0);
    if ((status === 503 || status === 429) && !(Number.isInteger(wait) && wait > 0))
      complain("no Retry-After");
    return { status, code, body };
  }

  return client;
}

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
