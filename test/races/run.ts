// npm run races -- --rounds N: every race so many times (200 unless asked), by the same file that the test command runs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "200" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds takes a whole number above 0");

const vitest = join(import.meta.dirname, "../../node_modules/vitest/vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "--project", "node", "test/races"], {
  stdio: "inherit",
  env: { ...process.env, RACE_ROUNDS: String(rounds) },
});
process.exit(status ?? 1);
