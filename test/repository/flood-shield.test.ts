// The configuration that is deployed, and what the code and the local stack make of it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { experimental_readRawConfig } from "wrangler";
import { writeWorkerConfig } from "../../local/worker-config.ts";
import { shieldSeconds } from "../../src/http/flood-shield.ts";

const { rawConfig } = experimental_readRawConfig({
  config: join(import.meta.dirname, "../../wrangler.toml"),
});

test("a deployment has the shield, and says its period as Retry-After", () => {
  expect(rawConfig.ratelimits).toEqual([
    { name: "FLOOD_SHIELD", namespace_id: expect.any(String), simple: { limit: 60, period: shieldSeconds } },
  ]);
});

test("a local run has the same, with a limit that no script reaches", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-config-"));
  try {
    const { ratelimits } = JSON.parse(readFileSync(await writeWorkerConfig(folder, {}), "utf8"));
    const [shield, ...more] = ratelimits;
    expect(more).toEqual([]);
    expect(shield).toMatchObject({ name: "FLOOD_SHIELD", simple: { period: shieldSeconds } });
    expect(shield.simple.limit).toBeGreaterThanOrEqual(1_000_000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
