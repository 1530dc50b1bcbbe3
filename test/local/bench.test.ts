// The bench's journey through the deployed bundle: it leaves no route out, and each answers after as many trips to the
// database as it may take.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tripsPerEndpoint } from "../../bench/journey.ts";
import { bundle, startScript } from "../../bench/worker.ts";
import { startStack } from "../../local/stack.ts";
import { budget } from "../support/trip-budget.ts";

test("every endpoint answers after the trips that are documented", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-journey-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const stack = await startStack({ stateFolder: folder, throwaway: true });
  onTestFinished(() => stack.stop());
  const variables = { ...stack.variables("http://127.0.0.1:8787"), PASSWORD_ITERATIONS: "1000" };
  const worker = await startScript(bundle().script, variables);
  onTestFinished(() => worker.stop());
  expect(Object.fromEntries(await tripsPerEndpoint(worker.url, stack))).toEqual(budget);
});
