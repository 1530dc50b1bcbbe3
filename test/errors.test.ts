// /errors: what the `type` of every problem document opens.
import { describe, expect, test } from "vitest";
import document from "../openapi/openapi.json" with { type: "json" };
import { type ErrorCode, errors } from "../src/errors.ts";
import { type Body, call } from "./support/app.ts";
import { expectEveryHeader, expectProblem } from "./support/problems.ts";

const codes = Object.entries(errors) as [ErrorCode, (typeof errors)[ErrorCode]][];
const asJson = { headers: { accept: "application/json" } };
const inBrowser = { headers: { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } };
const problems = Object.values(document.components.examples).map(({ value }) => value);
const operationsWith = (code: string): string[] =>
  Object.values(document.paths)
    .flatMap((methods) => Object.values(methods) as { operationId: string; responses: object }[])
    .filter(({ responses }) => JSON.stringify(responses).includes(`#/components/examples/${code}"`))
    .map(({ operationId }) => operationId);

/** The page's text, as a reader has it. */
const read = (page: string) =>
  page
    .replace(/<style.*?<\/style>/s, "")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
const plain = (text: string) => text.replaceAll("`", "");

describe.each(codes)("%s", (code, [status, title, detail]) => {
  test("has a page: what it is, what it means, what to do, an example, and who answers with it", async () => {
    const answer = await call(`/errors/${code}`, inBrowser);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=UTF-8");
    expectEveryHeader(answer);
    const page = await answer.text();
    expect(page).toContain(`<h1>${title}</h1>`);
    expect(page).not.toMatch(/<script|<link|<img|\son\w+=|\sstyle=|https?:\/\//);
    const explained: Body = await (await call(`/errors/${code}`, asJson)).json();
    const text = read(page);
    for (const part of [detail, explained.meaning, explained.action]) expect(text).toContain(plain(part));
    expect(text).toContain(`Status${status}`);
    expect(text).toContain(JSON.stringify(explained.example, null, 2));
    for (const { docs } of explained.operations) expect(page).toContain(`href="${docs}"`);
    // No mark is left that was meant to become something else.
    expect(read(page.replace(/<pre>.*<\/pre>/s, ""))).not.toMatch(/`|undefined|\[object/);
  });

  test("is explained to programs too, with the operations of the document", async () => {
    const answer = await call(`/errors/${code}`, asJson);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("vary")).toMatch(/^accept\b/);
    const explained: Body = await answer.json();
    expect(explained).toMatchObject({ type: `/errors/${code}`, code, status, title, detail });
    expect(explained.example).toMatchObject({ type: `/errors/${code}`, code, status, title, detail });
    for (const text of [explained.meaning, explained.action]) {
      expect(text).toMatch(/^[A-Z].{15,}[.)]$/s);
      expect(text.split("`").length % 2).toBe(1);
    }
    const ids = explained.operations.map(({ operation_id }: Body) => operation_id);
    expect(ids).toEqual(operationsWith(code));
    expect(ids.length > 0).toBe(code !== "method_not_allowed");
    expect(explained.retry === "later").toBe([429, 503].includes(status));
  });
});

test("what a text names is there: its paths, its codes of answers", async () => {
  const paths = Object.keys(document.paths);
  for (const [code] of codes) {
    const { meaning, action }: Body = await (await call(`/errors/${code}`, asJson)).json();
    for (const [, path = ""] of `${meaning} ${action}`.matchAll(/`(?:GET|POST|PATCH|DELETE) ([^`]+)`/g)) {
      expect(paths, code).toContain(path);
    }
  }
});

test("the `type` of every problem document in the contract opens a page", async () => {
  expect(problems.length).toBe(codes.length - 1);
  for (const { type } of problems) expect((await call(type)).status).toBe(200);
  for (const [path, code] of [
    ["/me", "unauthenticated"],
    ["/nothing", "not_found"],
    ["/sessions?x=1", "unauthenticated"],
    ["/health?x=1", "invalid_request"],
  ] as const) {
    const { type } = await expectProblem(await call(path), code);
    expect((await call(type)).status).toBe(200);
  }
});

test("all of them are listed, by status", async () => {
  const answer = await call("/errors", inBrowser);
  expect(answer.status).toBe(200);
  expectEveryHeader(answer);
  const page = await answer.text();
  const linked = [...page.matchAll(/href="\/errors\/(\w+)"/g)].map(([, code]) => code);
  expect(linked).toEqual(codes.map(([code]) => code));
  const statuses = [...page.matchAll(/<h2>(\d+) · ([^<]+)<\/h2>/g)].map(([, status]) => Number(status));
  expect(statuses).toEqual([...new Set(codes.map(([, [status]]) => status))]);
  expect(page).not.toContain("undefined");

  const { data, next_cursor }: Body = await (await call("/errors", asJson)).json();
  expect(next_cursor).toBeNull();
  expect(data).toEqual(
    codes.map(([code, [status, title, detail]]) => ({
      type: `/errors/${code}`,
      code,
      status,
      title,
      detail,
    })),
  );
});

test("a code that there is not: a page for browsers, a problem for programs", async () => {
  for (const code of [
    "nope",
    "LAST_OWNER",
    "last_owner.json",
    "__proto__",
    "constructor",
    "%00",
    "..%2fopenapi",
  ]) {
    const page = await call(`/errors/${code}`, inBrowser);
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    expect(await page.text()).toContain("<h1>No such error</h1>");
    expectEveryHeader(page);
    for (const accept of ["application/json", "*/*"]) {
      const answer = await call(`/errors/${code}`, { headers: { accept } });
      expect(answer.headers.get("vary")).toMatch(/^accept\b/);
      await expectProblem(answer, "not_found", code);
    }
  }
  for (const path of ["/errors/", "/errors/last_owner/", "/errors/last_owner/x"]) {
    await expectProblem(await call(path, inBrowser), "not_found", path);
  }
});

test("whatever else is in the URL is ignored, and HEAD is GET without the page", async () => {
  for (const path of ["/errors?utm_source=x&y", "/errors/last_owner?x=1&x=2"]) {
    const [get, head] = [await call(path), await call(path, { method: "HEAD" })];
    expect([get.status, head.status, await head.text()]).toEqual([200, 200, ""]);
  }
});

test("the product's name is escaped, the policy is that of all pages", async () => {
  const answer = await call("/errors/last_owner", { settings: { APP_NAME: `<b>"Acme"</b>` } });
  expect(answer.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'nonce-[\w-]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  );
  const page = await answer.text();
  expect(page).toContain("&lt;b&gt;&quot;Acme&quot;&lt;/b&gt;");
  expect(page).not.toContain("<b>");
});
