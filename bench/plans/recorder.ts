// Stands between the Worker and the local Neon endpoint: measures each batch of a request, then lets it through. Before,
// because what is single-use would answer differently afterwards.
import pg from "pg";
import { serve } from "../../local/loopback-server.ts";
import type { Neon } from "../../local/neon.ts";
import { parseConnectionString, parseSqlRequest } from "../../local/neon-request.ts";
import { measure, type PlanMode, type Read } from "./measure.ts";

export type Batch = Record<PlanMode, Read[]>;
export type Recorder = {
  sqlUrl: string;
  /** Does something and returns what it asked of the database, batch by batch. */
  record(action: () => Promise<void>): Promise<Batch[]>;
  close(): Promise<void>;
};

/** The Worker waits for a trip no longer than 4 s; whoever measured for longer than this lets it ask again. */
const patienceMs = 2_000;

/** Kept by the connection that they came over. */
const ownHeaders = ["host", "connection", "content-length", "transfer-encoding"];

export async function startRecorder(neon: Neon, serviceUrl: string): Promise<Recorder> {
  const client = new pg.Client(serviceUrl);
  await client.connect();
  let batches: Batch[] | null = null;
  let late = false;

  const { url, close } = await serve(async (request) => {
    const headers = Object.fromEntries(request.headers);
    const body = await request.text();
    const { isBackground } = parseConnectionString(headers["neon-connection-string"]);
    if (batches && !isBackground) {
      const sql = parseSqlRequest(headers, body);
      const began = performance.now();
      const custom = await measure(client, sql, "custom");
      batches.push({ custom, generic: await measure(client, sql, "generic") });
      late = performance.now() - began > patienceMs;
      if (late) return new Response(null, { status: 500 });
    }
    for (const name of ownHeaders) delete headers[name];
    const answer = await fetch(neon.sqlUrl, { method: "POST", headers, body });
    return new Response(await answer.arrayBuffer(), { status: answer.status });
  });

  return {
    sqlUrl: `${url}/sql`,
    async record(action) {
      const recorded: Batch[] = [];
      batches = recorded;
      late = false;
      try {
        await action();
      } catch (error) {
        if (!late) throw error;
      } finally {
        batches = null;
      }
      if (late) await action();
      return recorded;
    },
    async close() {
      await close();
      await client.end();
    },
  };
}
