// Whatever is asked, in whatever way: no answer is a 5xx, and each is one that the OpenAPI document has for it (`call` sees
// to that), within its time. `npm run fuzz` asks more often; a failure names its seed.
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { call } from "../support/app.ts";
import { captureLog } from "../support/log.ts";
import { operationIds, requestFor } from "./requests.ts";
import { newWorld } from "./world.ts";

const { requests, seed } = inject("fuzz");
/** Far above what any of them takes: what is found is what hangs, or what grows with its input. */
const longestMs = 5_000;
/** People spend themselves: they sign out, leave, delete their accounts. */
const perWorld = 400;

test(`${requests} requests get an answer that the contract knows`, {
  timeout: 60_000 + requests * 60,
}, async () => {
  console.info(`seed ${seed}`);
  const silent = captureLog();
  const met = new Map<string, Set<number>>();
  for (let done = 0; done < requests; done += perWorld) {
    const world = await newWorld();
    await fc.assert(
      fc.asyncProperty(requestFor(world), async ({ id, method, path, headers, body }) => {
        const begun = performance.now();
        const { status } = await call(path, { method, headers, ...(body !== undefined && { body }) });
        expect(status).toBeLessThan(500);
        expect(performance.now() - begun).toBeLessThan(longestMs);
        met.set(id, (met.get(id) ?? new Set()).add(status));
      }),
      { numRuns: Math.min(perWorld, requests - done), seed: seed + done, endOnFailure: true },
    );
    silent();
  }
  const statuses = [...met.values()].flatMap((some) => [...some]);
  console.info(`${met.size} operations, ${new Set(statuses).size} statuses`);
  // It gets through to what it asks for, and is not refused at the door alone.
  expect([...met.keys()].sort()).toEqual([...operationIds].sort());
  expect(statuses).toEqual(expect.arrayContaining([200, 201, 202, 204, 400, 401, 403, 404, 409, 415, 422]));
});
