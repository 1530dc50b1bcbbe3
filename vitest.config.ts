import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { findMutants } from "./scripts/mutate/mutants.ts";
import { mutants } from "./scripts/mutate/plugin.ts";

// Projects over one local stack, started once per run (test/support/stack.ts): most tests run inside the
// Workers runtime; those of the stack, the database and the repository run in plain Node. A third one plants the listed
// faults in the sources, and a fourth, with a stack of its own, looks at the pages in a browser.
const nodeTests = ["local", "database", "repository", "faults", "races"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);
const browserTests = ["test/browser/**/*.test.ts"];
const mutantTests = ["test/mutants/**/*.test.ts"];
const listed = findMutants({ every: false });
const limits = { testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    globalSetup: [
      "test/support/stack.ts",
      "test/support/broken-neon.ts",
      "test/support/broken-resend.ts",
      "test/support/fuzz-settings.ts",
      "test/support/broken-hibp.ts",
    ],
    reporters: ["default", "./test/support/closing-line.ts"],
    silent: "passed-only",
    // They wait for Postgres much of the time: three at once keep two processors busy.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        plugins: [cloudflareTest(({ inject }) => ({ wrangler: { configPath: inject("workerConfig") } }))],
        test: {
          name: "worker",
          include: ["test/**/*.test.ts"],
          exclude: [...nodeTests, ...mutantTests, ...browserTests],
          // Loads the Worker once, and not for each of a hundred files.
          isolate: false,
          setupFiles: ["test/support/each-test.ts"],
          ...limits,
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({ wrangler: { configPath: inject("workerConfig") } })),
          mutants(listed),
        ],
        test: {
          name: "mutants",
          include: mutantTests,
          setupFiles: ["test/mutants/gate.ts"],
          provide: { mutants: listed },
          ...limits,
        },
      },
      { test: { name: "node", include: nodeTests, isolate: false, ...limits } },
      {
        test: {
          name: "browser",
          include: browserTests,
          globalSetup: ["test/support/browser-setup.ts"],
          ...limits,
        },
      },
    ],
  },
});
