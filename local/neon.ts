// Neon's SQL over HTTP on this machine: `POST /sql` as Neon's proxy answers it, over real Postgres.
// `GET /stats` counts the calls, so that anyone can check how many trips a request of the Worker makes.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isLocal } from "./loopback-server.ts";
import { HttpError, toErrorAnswer } from "./neon-errors.ts";
import { parseConnectionString, parseSqlRequest } from "./neon-request.ts";
import { MAX_BYTES, openSessions, type Upstream } from "./neon-sessions.ts";

/** `background`: calls after a response (outbox, cron), told by `application_name=gatehouse-background`. */
export type NeonStats = { requests: number; statements: number; background: number };

export type Neon = {
  url: string;
  sqlUrl: string;
  /** Added before every call, to play a database that is far away. May change at any time. */
  delayMs: number;
  stats(): NeonStats;
  close(): Promise<void>;
};

export async function startNeon(options: {
  postgres: Upstream;
  port?: number | undefined;
  delayMs?: number;
}): Promise<Neon> {
  const sessions = openSessions(options.postgres);
  const stats: NeonStats = { requests: 0, statements: 0, background: 0 };

  async function answerSql(request: IncomingMessage, gone: AbortSignal): Promise<object> {
    const { login, isBackground } = parseConnectionString(request.headers["neon-connection-string"]);
    if (isBackground) stats.background++;
    else stats.requests++;
    const sql = parseSqlRequest(request.headers, await readBody(request));
    if (!isBackground) stats.statements += sql.statements.length;
    if (neon.delayMs > 0) await sleep(neon.delayMs);
    return sessions.run(login, sql, gone);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hangUp = new AbortController();
    response.on("close", () => response.writableFinished || hangUp.abort());
    try {
      if (!isLocal(request)) throw new HttpError(403, "not for pages of the web");
      send(response, 200, await route(request, { stats, answerSql, gone: hangUp.signal }));
    } catch (error) {
      const { status, body } = toErrorAnswer(error);
      send(response, status, body);
    }
  }

  const server = createServer({ keepAliveTimeout: 600_000 }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const neon: Neon = {
    url,
    sqlUrl: `${url}/sql`,
    delayMs: options.delayMs ?? 0,
    stats: () => ({ ...stats }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await sessions.close();
    },
  };
  return neon;
}

type Routes = {
  stats: NeonStats;
  answerSql(request: IncomingMessage, gone: AbortSignal): Promise<object>;
  gone: AbortSignal;
};

async function route(request: IncomingMessage, { stats, answerSql, gone }: Routes): Promise<object> {
  const path = request.url?.split("?")[0];
  if (path === "/sql" && request.method === "POST") return answerSql(request, gone);
  if (path === "/stats" && request.method === "GET") return stats;
  throw new HttpError(404, "this endpoint answers POST /sql and GET /stats");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk); // The rest is read and dropped, so that the caller gets our answer.
  }
  if (size > MAX_BYTES) throw new HttpError(413, `request is too large (max is ${MAX_BYTES} bytes)`);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
