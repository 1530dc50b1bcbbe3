import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

// Two projects over one local stack, started once per run (test/support/stack.ts): most tests run inside the
// Workers runtime; those of the stack, the database and the repository run in plain Node.
const nodeTests = ["test/local/**/*.test.ts", "test/database/**/*.test.ts", "test/repository/**/*.test.ts"];
const limits = { testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    globalSetup: ["test/support/stack.ts", "test/support/broken-neon.ts"],
    reporters: ["default", "./test/support/closing-line.ts"],
    silent: "passed-only",
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        plugins: [cloudflareTest(({ inject }) => ({ wrangler: { configPath: inject("workerConfig") } }))],
        test: { name: "worker", include: ["test/**/*.test.ts"], exclude: nodeTests, ...limits },
      },
      { test: { name: "node", include: nodeTests, ...limits } },
    ],
  },
});
