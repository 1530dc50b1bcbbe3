// Stands between the Worker and the local Neon endpoint: sees each batch of a request before Postgres does.
import { serve } from "../local/loopback-server.ts";
import type { Neon } from "../local/neon.ts";
import { parseConnectionString, parseSqlRequest, type SqlRequest } from "../local/neon-request.ts";

/** Sees a batch. What it answers with is the Worker's answer, and Postgres never hears of the batch. */
export type Look = (batch: SqlRequest) => Promise<Response | undefined> | Response | undefined;
export type Tap = {
  sqlUrl: string;
  /** Looks at everything that is asked during an action, background work aside. */
  during<T>(look: Look, action: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Kept by the connection that they came over. */
const ownHeaders = ["host", "connection", "content-length", "transfer-encoding"];

export async function startTap({ sqlUrl }: Pick<Neon, "sqlUrl">): Promise<Tap> {
  let current: Look | null = null;
  const { url, close } = await serve(async (request) => {
    const headers = Object.fromEntries(request.headers);
    const body = await request.text();
    const { isBackground } = parseConnectionString(headers["neon-connection-string"]);
    const answered = current && !isBackground ? await current(parseSqlRequest(headers, body)) : undefined;
    if (answered) return answered;
    for (const name of ownHeaders) delete headers[name];
    const answer = await fetch(sqlUrl, { method: "POST", headers, body });
    return new Response(await answer.arrayBuffer(), { status: answer.status });
  });
  return {
    sqlUrl: `${url}/sql`,
    async during(look, action) {
      current = look;
      try {
        return await action();
      } finally {
        current = null;
      }
    },
    close,
  };
}
