// `npm run secrets` from outside: keys that the Worker takes, and the steps of a rotation.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { JWK } from "jose";
import { expect, inject, test } from "vitest";
import { parseConfig } from "../../src/config.ts";

const script = join(import.meta.dirname, "../../scripts/secrets.ts");
function secrets(args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { input });
  return { code: status, out: String(stdout), err: String(stderr) };
}
const fresh = (): Record<string, string> =>
  Object.fromEntries(
    secrets([])
      .out.trim()
      .split("\n")
      .map((line) => line.split(/=(.*)/s)),
  );
const kids = (set: string): string[] => JSON.parse(set).keys.map((key: JWK) => key.kid);
const accepted = (change: object) => parseConfig({ ...inject("variables"), ...change });

test("prints two settings that a Worker takes, new ones each time, and nothing else", () => {
  const { SIGNING_KEYS = "", SEALING_KEYS = "", ...others } = fresh();
  expect(others).toEqual({});
  expect(accepted({ SIGNING_KEYS, SEALING_KEYS }).SIGNING_KEYS).toHaveLength(1);
  expect(fresh().SIGNING_KEYS).not.toBe(SIGNING_KEYS);
});

test.each(["SIGNING_KEYS", "SEALING_KEYS"] as const)("rotates %s: append, promote, retire", (name) => {
  const first = fresh()[name] ?? "";
  const both = secrets(["append"], first).out;
  const [used, coming, ...more] = kids(both);
  expect([used, more]).toEqual([kids(first)[0], []]);
  expect(coming).not.toBe(used);
  const turned = secrets(["promote"], both).out;
  expect(kids(turned)).toEqual([coming, used]);
  const last = secrets(["retire"], turned).out;
  expect(kids(last)).toEqual([coming]);
  for (const set of [both, turned, last])
    expect(accepted({ [name]: set })[name]).toHaveLength(kids(set).length);
});

test.each([
  [["promote"], "SIGNING_KEYS", /one key in this set, and none to promote/],
  [["retire"], "SEALING_KEYS", /one key in this set, and none to retire/],
])("%s: of a single key nothing comes, not even half of it", (args, name, sentence) => {
  const { code, out, err } = secrets(args, fresh()[name]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(sentence);
});

test.each([
  ["append", ""],
  ["append", "{}"],
  ["promote", "null"],
  ["retire", '{"keys": [{"kty": "canary"}]}'],
  ["append", 'SIGNING_KEYS={"keys":[{"kty":"EC","d":"canary"}]}'],
  ["append", '{"keys": [{"kty": "EC"}, {"kty": "oct", "k": "canary"}]}'],
])("%s refuses %s, and does not quote it", (step, input) => {
  const { code, out, err } = secrets([step], input);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(/^secrets: standard input must hold one JWK set/);
  expect(err).not.toContain("canary");
});

test("refuses a step that there is not", () => {
  for (const args of [["rotate"], ["append", "now"], ["--fast"]]) {
    expect(secrets(args)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/^secrets: this is not/),
    });
  }
});
