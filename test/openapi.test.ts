// The OpenAPI document as it is served, and the check of every answer against it.
import { expect, test } from "vitest";
import document from "../openapi/openapi.json" with { type: "json" };
import { type ErrorCode, errors } from "../src/errors.ts";
import { call } from "./support/app.ts";
import { contractFault } from "./support/contract.ts";
import { routeNames } from "./support/samples.ts";

test("it is served as it is committed, for caches too", async () => {
  const answer = await call("/openapi.json");
  expect(await answer.json()).toEqual(document);
  const etag = answer.headers.get("etag") ?? "";
  expect(etag).toMatch(/^(W\/)?"/);
  const again = await call("/openapi.json", { headers: { "if-none-match": etag } });
  expect([again.status, await again.text()]).toEqual([304, ""]);
  expect(again.headers.get("x-request-id")).toMatch(/-/);
});

test("it has every route of the app, and no other", () => {
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
  );
  expect(documented.sort()).toEqual([...routeNames].sort());
});

test("every error code is some operation's, and every operation's is a code", () => {
  const text = JSON.stringify(document.paths);
  const missing = Object.keys(errors).filter((code) => !text.includes(`#/components/examples/${code}"`));
  expect(missing).toEqual(["method_not_allowed"]);
  const named = [...text.matchAll(/#\/components\/examples\/(\w+)"/g)].map(([, code]) => code as ErrorCode);
  expect(named.filter((code) => !(code in errors))).toEqual([]);
});

test("who issues the tokens says what is true of it", async () => {
  const metadata = await (await call("/.well-known/oauth-authorization-server")).json<
    Record<string, string>
  >();
  expect(metadata).toEqual({
    issuer: "http://127.0.0.1:8787",
    jwks_uri: "http://127.0.0.1:8787/.well-known/jwks.json",
    service_documentation: "http://127.0.0.1:8787/docs",
    response_types_supported: [],
    grant_types_supported: [],
  });
  expect((await call(new URL(metadata.jwks_uri ?? "").pathname)).status).toBe(200);
});

const json = (status: number, body: unknown, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
const service = { name: "gatehouse", version: "1", links: {} };
const problem = (code: string, status: number) => ({
  ...{ type: `/errors/${code}`, title: "T", status, detail: "D", code, request_id: crypto.randomUUID() },
});

test.each([
  ["a field that is not documented", "GET", "/", json(200, { ...service, extra: 1 })],
  ["a field of another type", "GET", "/", json(200, { ...service, version: 1 })],
  ["a field that is missing", "GET", "/", json(200, { name: "gatehouse", version: "1" })],
  ["a status that is not documented", "GET", "/", json(202, service)],
  ["a media type that is not documented", "GET", "/", json(200, service, "text/plain")],
  [
    "a code that is not documented",
    "GET",
    "/me",
    json(401, problem("refresh_token_reused", 401), "application/problem+json"),
  ],
  [
    "a problem with more in it",
    "GET",
    "/me",
    json(401, { ...problem("invalid_token", 401), sql: "select" }, "application/problem+json"),
  ],
  ["a list that is none", "GET", "/sessions", json(200, { data: {}, next_cursor: null })],
])("%s does not pass the check of answers", async (_what, method, path, answer) => {
  expect(await contractFault(method, path, answer)).not.toBeNull();
});
