// Vitest's global set-up: how much is fuzzed, and from which seed. FUZZ_REQUESTS, FUZZ_TOKENS and FUZZ_SEED say otherwise.
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    fuzz: { requests: number; tokens: number; seed: number };
  }
}

/** The test command asks the same each time; what looks for more, something new. */
const usualSeed = 20_261_129;

const numberFrom = (text: string | undefined, usual: number) => Number(text?.replaceAll("_", "") || usual);

export default function setUp(project: TestProject): void {
  const { FUZZ_REQUESTS, FUZZ_TOKENS, FUZZ_SEED } = process.env;
  project.provide("fuzz", {
    requests: numberFrom(FUZZ_REQUESTS, 5_000),
    tokens: numberFrom(FUZZ_TOKENS, 10_000),
    seed: numberFrom(FUZZ_SEED, FUZZ_REQUESTS ? Date.now() % 2 ** 31 : usualSeed),
  });
}
