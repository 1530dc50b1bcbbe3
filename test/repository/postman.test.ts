// The Postman collection: it is today's, covers the document, is refused when it would not, and none of its tests passes
// whatever comes.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeDocument } from "../../scripts/openapi.ts";
import { collectionOf } from "../../scripts/postman/collection.ts";
import { operationFor, operationsOf } from "../../scripts/postman/document.ts";
import { journey } from "../../scripts/postman/journey.ts";
import type { Chapter, Step } from "../../scripts/postman/step.ts";
import { walk } from "../../scripts/postman/walk.ts";
import { postmanFiles } from "../../scripts/postman.ts";
import { collection, items } from "../support/postman-collection.ts";

const root = join(import.meta.dirname, "../..");
const document = await makeDocument();
const operations = operationsOf(document);

test("the committed files are those of today: `npm run postman` writes them", () => {
  for (const [path, text] of Object.entries(postmanFiles(document))) {
    expect(readFileSync(join(root, path), "utf8") === text, path).toBe(true);
  }
});

test("every operation of the document is requested, and nothing else but what is not there", () => {
  const requested = items
    .filter(({ request }) => request.url.host[0] === "{{baseUrl}}")
    .map(({ request }) => {
      const path = `/${request.url.path.join("/")}`;
      return operationFor(operations, request.method, path)?.id ?? `${request.method} ${path}`;
    });
  const known = [...operations.map(({ id }) => id), "GET /nowhere", "DELETE /health"];
  expect([...new Set(requested)].sort()).toEqual(known.sort());
});

test("every request has tests, and asks for nothing but Postman's sandbox", () => {
  for (const { name, event } of items) {
    const script = event.find(({ listen }) => listen === "test")?.script.exec.join("\n") ?? "";
    expect(script.match(/pm\.test\(/g)?.length ?? 0, name).toBeGreaterThanOrEqual(1);
    expect(script, name).not.toMatch(/\brequire\(|\bprocess\.|\bfetch\(/);
  }
});

describe("a journey that is not whole is refused, and what it lacks is named", () => {
  const refusal = (chapters: Chapter[], paths = {}) => {
    const more = { ...document, paths: { ...document.paths, ...paths } };
    return () => collectionOf(more, chapters);
  };
  const but = (change: (step: Step) => Step[]) =>
    journey.map((chapter) => ({ ...chapter, steps: chapter.steps.flatMap(change) }));

  test("an operation that it does not visit", () => {
    const operation = { operationId: "flyToTheMoon", summary: "Fly", responses: { 200: {} } };
    expect(refusal(journey, { "/moon": { post: operation } })).toThrow(
      "POST /moon (flyToTheMoon) is never answered with 200",
    );
  });

  test("a success that it does not meet", () => {
    const without = but((step) =>
      step.title === "Cleo accepts, with the account that she has" ? [] : [step],
    );
    expect(refusal(without)).toThrow("POST /accept-invite (acceptInvite) is never answered with 200");
  });

  test("an operation that there is not", () => {
    const { paths } = document;
    const { "/signout": _, ...others } = paths;
    expect(() => collectionOf({ ...document, paths: others }, journey)).toThrow(
      "“Bea signs out” names signOut, which the document does not have",
    );
  });

  test("two requests of one name", () => {
    expect(refusal(but((step) => (step.title === "Who am I" ? [step, step] : [step])))).toThrow(
      "two requests are called “Who am I”",
    );
  });

  test("a variable that nothing has saved before", () => {
    const { saves: _, ...forgetful } = journey
      .flatMap(({ steps }) => steps)
      .find(({ title }) => title === "Make a website") as Step;
    expect(refusal(but((step) => (step.title === "Make a website" ? [forgetful as Step] : [step])))).toThrow(
      "“Read a website” needs {{shop_id}}, which nothing before it saves",
    );
  });
});

test("from a service that answers nonsense, not one test of the collection passes", {
  timeout: 300_000,
}, async () => {
  const server = createServer((_request, response) => {
    response.writeHead(418, { "content-type": "text/plain" }).end('{"token": "nonsense"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Patience would not help.
  const hasty = JSON.parse(JSON.stringify(collection).replaceAll("tries < 40", "tries < 1"));
  const operator = { admin_email: "operator@example.com", admin_password: "none" };
  const { run } = await walk(hasty, { api: url, inbox: url }, operator).finally(() => server.close());
  const passed = run.executions.flatMap(({ item, assertions }) =>
    assertions.filter(({ error }) => !error).map(({ assertion }) => `${item.name}: ${assertion}`),
  );
  expect(passed).toEqual([]);
  expect(run.executions.map(({ item }) => item.name)).toEqual(items.map(({ name }) => name));
  expect(run.stats.assertions.total).toBeGreaterThan(900);
});
