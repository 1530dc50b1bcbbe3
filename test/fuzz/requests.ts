// Requests for each operation of the OpenAPI document: a path, a query, headers and a body, each mostly in order.
import fc from "fast-check";
import document from "../../openapi/openapi.json" with { type: "json" };
import { type Known, oddId, oddText, type Schema, valueFor } from "./values.ts";

type Parameter = { name: string; in: string; schema: Schema };
type Operation = {
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};
export type FuzzedRequest = {
  id: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
};
/** `tokens`: access tokens of people who are there. */
export type World = { tokens: string[]; known: Known };

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    operation: operation as unknown as Operation,
  })),
);

export const operationIds = operations.map(({ operation }) => operation.operationId);

export const requestFor = (world: World): fc.Arbitrary<FuzzedRequest> =>
  fc.constantFrom(...operations).chain((one) => requestOf(one, world));

function requestOf({ path, method, operation }: (typeof operations)[number], world: World) {
  const parameters = (operation.parameters ?? []).filter((one): one is Parameter => "schema" in one);
  return fc
    .record({
      path: pathFor(path, parameters, world),
      query: queryFor(parameters, world),
      headers: headersFor(world),
      body: bodyFor(operation, world),
    })
    .map(({ path, query, headers, body }) => ({
      id: operation.operationId,
      method,
      path: path + query,
      headers: { ...headers, ...(body ? { "content-type": body.type } : {}) },
      body: method === "GET" ? undefined : body?.text,
    }));
}

function pathFor(path: string, parameters: Parameter[], { known }: World): fc.Arbitrary<string> {
  const own = parameters.filter((parameter) => parameter.in === "path");
  const values = own.map(({ name, schema }) =>
    fc.oneof(
      { weight: 12, arbitrary: known[name] ? fc.constantFrom(...known[name]) : valueFor(schema, name, {}) },
      { weight: 1, arbitrary: fc.oneof(oddId, oddText) },
    ),
  );
  return fc.tuple(...values).map((chosen) =>
    own.reduce((text, { name }, i) => {
      const value = textOf(chosen[i]);
      // An empty segment, or dots, would be another path.
      const segment = ["", ".", ".."].includes(value) ? "0" : encodeURIComponent(value.toWellFormed());
      return text.replace(`{${name}}`, segment);
    }, path),
  );
}

function queryFor(parameters: Parameter[], { known }: World): fc.Arbitrary<string> {
  const own = parameters.filter((parameter) => parameter.in === "query");
  const pairs = own.map(({ name, schema }) => fc.tuple(fc.constant(name), valueFor(schema, name, known)));
  const usual = pairs.length > 0 ? fc.subarray(pairs).chain((some) => fc.tuple(...some)) : fc.constant([]);
  const odd = fc.array(
    fc.tuple(fc.oneof(oddText, fc.constantFrom(...own.map(({ name }) => name), "x")), oddText),
    {
      maxLength: 3,
    },
  );
  return fc.oneof({ weight: 8, arbitrary: usual }, { weight: 1, arbitrary: odd }).map((query) => {
    const text = (query as [string, unknown][])
      .map(([key, value]) => `${encode(key)}=${encode(textOf(value).slice(0, 4_000))}`)
      .join("&");
    return text === "" ? "" : `?${text}`;
  });
}

/** An object may have a `toString` of its own that is no function. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return JSON.stringify(value);
  }
}

const encode = (text: string) => encodeURIComponent(text.toWellFormed());
/** What a header can hold. */
const headerText = oddText.map((text) => text.replace(/[^\x20-\x7e]/g, "").slice(0, 9_000));

function headersFor({ tokens }: World): fc.Arbitrary<Record<string, string>> {
  const bearer = fc.constantFrom(...tokens).map((token) => `Bearer ${token}`);
  const authorization = fc.oneof(
    { weight: 20, arbitrary: bearer },
    { weight: 1, arbitrary: headerText },
    { weight: 1, arbitrary: headerText.map((text) => `Bearer ${text}`) },
  );
  const rare = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 6, nil: undefined });
  return fc
    .record({
      authorization: fc.option(authorization, { freq: 12, nil: undefined }),
      "idempotency-key": rare(fc.oneof(headerText, fc.constantFrom("a", "b", "c"))),
      accept: rare(fc.constantFrom("text/html", "application/json", "*/*", "image/png", ";;;")),
      "user-agent": rare(headerText),
      "cf-connecting-ip": rare(fc.oneof(fc.ipV4(), fc.ipV6(), headerText)),
      origin: rare(fc.constantFrom("null", "https://evil.example")),
    })
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined),
      ),
    );
}

const brokenJson = [
  "",
  "{",
  "[",
  '"',
  '{"a":',
  "\ufeff{}",
  '{"a":1e400}',
  '{"a":1,"a":2}',
  "nul",
  "{}{}",
  "[]",
  "7",
];

type Body = { type: string; text: string };

function bodyFor({ requestBody }: Operation, { known }: World): fc.Arbitrary<Body | null> {
  if (!requestBody) return fc.constant(null);
  const bodies = Object.entries(requestBody.content).map(([type, { schema }]) =>
    valueFor(schema, "", known).map((value) => ({ type, text: encodeBody(type, value) })),
  );
  const otherType = fc.constantFrom(
    "text/plain",
    "application/xml",
    "multipart/form-data",
    "",
    "application/json; x",
  );
  const broken = fc.tuple(fc.constantFrom(...brokenJson), fc.constant("application/json"));
  return fc.oneof(
    { weight: 16, arbitrary: fc.oneof(...bodies) },
    { weight: 1, arbitrary: broken.map(([text, type]) => ({ type, text })) },
    { weight: 1, arbitrary: otherType.map((type) => ({ type, text: "{}" })) },
  );
}

function encodeBody(type: string, value: unknown): string {
  if (type === "application/json") return JSON.stringify(value);
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return fields
    .map(
      ([key, inner]) => `${encode(key)}=${encode(typeof inner === "string" ? inner : JSON.stringify(inner))}`,
    )
    .join("&");
}
