// The Postman collection, run by newman against `npm run dev` as anybody runs it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnStack, startOwnStack } from "../../local/own-stack.ts";
import committed from "../../openapi/examples.json" with { type: "json" };
import { recorded } from "../../scripts/postman/record.ts";
import { failuresOf, makeOperator, walk } from "../../scripts/postman/walk.ts";
import { collection, items } from "../support/postman-collection.ts";

let stack: OwnStack;
beforeAll(async () => {
  stack = await startOwnStack("postman");
}, 120_000);
afterAll(async () => {
  await stack?.end();
  stack?.remove();
});

const names = items.map(({ name }) => name);

/** Which keys an answer has, and where. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(keysOf);
  if (typeof value !== "object" || value === null) return "value";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]));
}

test("the whole journey passes, and the examples of the document are what it meets", {
  timeout: 300_000,
}, async () => {
  const summary = await walk(collection, stack, await makeOperator(stack));
  expect(failuresOf(summary)).toEqual([]);
  const { executions, stats } = summary.run;
  expect([...new Set(executions.map(({ item }) => item.name))]).toEqual(names);
  const silent = executions.filter(({ assertions }) => assertions.every(({ skipped }) => skipped));
  expect(silent.map(({ item }) => item.name)).toEqual([]);
  expect(stats.assertions.total).toBeGreaterThan(900);
  expect(keysOf(recorded(summary, stack.api))).toEqual(keysOf(committed));
});

test("without a platform admin at hand, what only they may is left out, and the rest passes", {
  timeout: 300_000,
}, async () => {
  const folders = ["The service", "Sign up", "Sign in", "Platform admins"];
  const summary = await walk(collection, stack, undefined, folders);
  expect(failuresOf(summary)).toEqual([]);
  const sent = new Set(
    summary.run.executions.filter(({ response }) => response).map(({ item }) => item.name),
  );
  expect(sent).toContain("Refused: Ada suspends a person");
  expect(sent).not.toContain("An operator signs in");
  expect(sent).not.toContain("Suspend a person");
});

test("a wrong expectation of one status fails the run, and names the request", async () => {
  const text = JSON.stringify(collection);
  const right = "pm.response.to.have.status(200)";
  const at = text.indexOf(right, text.indexOf('"Is it well"'));
  const wrong = `${text.slice(0, at)}pm.response.to.have.status(201)${text.slice(at + right.length)}`;
  const summary = await walk(JSON.parse(wrong), stack, undefined, ["The service"]);
  expect(failuresOf(summary)).toEqual([
    "Is it well: AssertionError answers 200 expected response to have status code 201 but got 200",
  ]);
});
