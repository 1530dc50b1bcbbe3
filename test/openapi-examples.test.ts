// The examples of the OpenAPI document: recorded, complete, and true to its schemas.
import { Validator } from "@cfworker/json-schema";
import { expect, test } from "vitest";
import recorded from "../openapi/examples.json" with { type: "json" };
import document from "../openapi/openapi.json" with { type: "json" };
import { type ErrorCode, errors } from "../src/errors.ts";
import { contractFault } from "./support/contract.ts";

type Media = { schema: object; example?: unknown };
type Operation = {
  operationId: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as unknown as Record<string, Operation>).map(([method, operation]) => ({
    ...operation,
    method: method.toUpperCase(),
    path: path.replace(/\{\w+\}/g, "1"),
  })),
);
const json = (content: Record<string, Media> | undefined) => content?.["application/json"];
const answers = operations.flatMap(({ operationId, method, path, responses }) =>
  Object.entries(responses).flatMap(([status, { content }]) => {
    const media = Number(status) < 400 ? json(content) : undefined;
    return media ? [{ name: `${operationId} ${status}`, method, path, status: Number(status), media }] : [];
  }),
);
const requests = operations.flatMap(({ operationId, requestBody }) => {
  const media = json(requestBody?.content);
  return media ? [{ name: operationId, media }] : [];
});

test("there is one of every body, and of every success", () => {
  expect(requests.length).toBeGreaterThan(25);
  expect(answers.length).toBeGreaterThan(50);
  const missing = [...requests, ...answers].filter(({ media }) => media.example === undefined);
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test.each(requests)("what is sent to $name is what it takes", ({ media }) => {
  const validator = new Validator(
    { ...media.schema, components: document.components } as object,
    "2020-12",
    false,
  );
  expect(validator.validate(media.example).errors).toEqual([]);
});

test.each(answers)("the answer of $name holds what its schema names, and nothing more", async (answer) => {
  const { method, path, status, media } = answer;
  const headers = { "content-type": "application/json" };
  const response = new Response(JSON.stringify(media.example), { status, headers });
  expect(await contractFault(method, path, response)).toBeNull();
});

const codes = Object.keys(errors) as ErrorCode[];
const problems = document.components.examples as Record<string, { value: Record<string, unknown> }>;

test("the problems are recorded, but for those that take an outage, a day, or a flood", () => {
  expect(codes.filter((code) => !(code in recorded.errors))).toEqual([
    "token_expired",
    "too_many_attempts",
    "too_many_requests",
    "internal_error",
    "service_unavailable",
  ]);
  // A problem as the document has it, for what no journey meets: no operation answers 405.
  expect(Object.keys(problems).sort()).toEqual(codes.filter((code) => code !== "method_not_allowed").sort());
});

test.each(Object.entries(problems))("the problem %s says what the registry says", (code, { value }) => {
  const [status, title, detail] = errors[code as ErrorCode];
  expect(value).toMatchObject({ type: `/errors/${code}`, status, title, detail, code });
  expect(value.request_id).toMatch(/^[0-9a-f-]{36}$/);
});

test("nothing is left of operations that are gone", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(Object.keys(recorded.operations).filter((id) => !ids.includes(id))).toEqual([]);
});

test("no token in it is whole, and nothing tells where it was recorded", () => {
  const text = JSON.stringify(recorded);
  expect(text).not.toMatch(/eyJ[\w-]{13,}/);
  expect(text).not.toMatch(/127\.0\.0\.1:\d+|localhost/);
  expect(text).toContain("eyJ");
});
