// No guard that could be missing unnoticed: each listed fault (scripts/mutate/faults.ts) is planted in turn, and some
// test of the suites has to fail with it. `npm run mutate` does the same to everything that the rules can change.
import { beforeAll, expect, inject, test } from "vitest";
import { isEquivalent } from "../../scripts/mutate/equivalents.ts";
import type { Mutant } from "../../scripts/mutate/mutant.ts";
import { dropped, judge, rehearse } from "./battery.ts";

declare module "vitest" {
  interface ProvidedContext {
    mutants: Mutant[];
  }
}

const all = inject("mutants");

beforeAll(() => rehearse(all), 600_000);

test("the suites pass with nothing planted", () => {
  expect(dropped).toEqual([]);
});

test.for(all)("$file:$line $original → $replacement", { timeout: 600_000 }, async (mutant, { task }) => {
  const verdict = isEquivalent(mutant) ? null : await judge(mutant);
  Object.assign(task.meta, { verdict: verdict ?? { id: mutant.id, status: "equivalent", ms: 0 } });
  if (mutant.fault) expect(verdict?.status, mutant.fault).toMatch(/killed|timeout/);
});
