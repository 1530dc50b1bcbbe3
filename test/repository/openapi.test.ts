// The committed OpenAPI document is that of the routes as they are, and clean.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import document from "../../openapi/openapi.json" with { type: "json" };
import { makeDocument } from "../../scripts/openapi.ts";

const root = join(import.meta.dirname, "../..");

test("the committed document is the one of today: `npm run openapi` writes it", async () => {
  expect(document).toEqual(JSON.parse(JSON.stringify(await makeDocument())));
});

test("the linter has nothing to say", { timeout: 60_000 }, async () => {
  const redocly = join(root, "node_modules/@redocly/cli/bin/cli.js");
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    CI: "true",
  };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [redocly, "lint", "--format=json"], {
    cwd: root,
    env,
  });
  expect(JSON.parse(stdout.slice(stdout.indexOf("{"))).totals, stderr).toEqual({
    errors: 0,
    warnings: 0,
    ignored: 0,
  });
});
