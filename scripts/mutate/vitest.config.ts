// Mutation testing of everything that the rules can change: `npm run mutate`.
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { findMutants } from "./mutants.ts";
import { mutants } from "./plugin.ts";

const only = (process.env.MUTATE_ONLY ?? "").split(",");
const all = findMutants({ every: true });

export default defineConfig({
  plugins: [
    cloudflareTest(({ inject }) => ({ wrangler: { configPath: inject("workerConfig") } })),
    mutants(all),
  ],
  test: {
    globalSetup: [
      "test/support/stack.ts",
      "test/support/broken-hibp.ts",
      "test/support/broken-resend.ts",
      "test/support/broken-neon.ts",
      "test/support/fuzz-settings.ts",
    ],
    setupFiles: ["test/mutants/gate.ts"],
    include: ["test/mutants/mutants.test.ts"],
    provide: { mutants: all.filter(({ file }) => only.some((part) => file.startsWith(part))) },
    dangerouslyIgnoreUnhandledErrors: true,
    silent: true,
    testTimeout: 20_000,
    hookTimeout: 600_000,
  },
});
