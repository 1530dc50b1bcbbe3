// Measures each batch of a request, then lets it through. Before, because what is single-use would answer differently
// afterwards.
import pg from "pg";
import type { Neon } from "../../local/neon.ts";
import { startTap } from "../tap.ts";
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

export async function startRecorder(neon: Neon, serviceUrl: string): Promise<Recorder> {
  const client = new pg.Client(serviceUrl);
  await client.connect();
  const tap = await startTap(neon);
  return {
    sqlUrl: tap.sqlUrl,
    async record(action) {
      const batches: Batch[] = [];
      let late = false;
      try {
        await tap.during(async (batch) => {
          const began = performance.now();
          const custom = await measure(client, batch, "custom");
          batches.push({ custom, generic: await measure(client, batch, "generic") });
          late = performance.now() - began > patienceMs;
          return late ? new Response(null, { status: 500 }) : undefined;
        }, action);
      } catch (error) {
        if (!late) throw error;
      }
      if (late) await action();
      return batches;
    },
    async close() {
      await tap.close();
      await client.end();
    },
  };
}
