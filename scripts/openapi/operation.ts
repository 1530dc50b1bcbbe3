// One route → one OpenAPI operation.
import type * as z from "zod";
import { type ErrorCode, errors } from "../../src/errors.ts";
import { byStatus, errorsOf } from "./errors.ts";
import type { Examples } from "./examples.ts";
import type { DescribedRoute } from "./routes.ts";
import type { Components, JsonSchema } from "./schemas.ts";

type Content = Record<string, { schema: JsonSchema; example?: unknown; examples?: JsonSchema }>;

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const text = { schema: { type: "string" } };
const page: Content = { "text/html": text };
const file: Content = { "text/javascript": text, "text/css": text, "text/plain": text };

export function operationOf(route: DescribedRoute, components: Components, examples: Examples): JsonSchema {
  const { description, parts } = route;
  const recorded = examples.operations[description.id] ?? { answers: {} };
  return {
    operationId: description.id,
    tags: [description.chapter],
    summary: description.summary,
    ...(description.notes && { description: description.notes }),
    ...(description.deprecated && {
      deprecated: true,
      description: `An older path. Use \`${description.deprecated}\`, which has the same rules.`,
    }),
    security: securityOf(parts.token),
    ...given("parameters", parametersOf(route, components)),
    ...(parts.body && { requestBody: bodyOf(route, components, recorded.request) }),
    responses: {
      ...successes(route, components, recorded.answers),
      ...failures(route),
    },
  };
}

const given = (key: string, list: unknown[]) => (list.length > 0 ? { [key]: list } : {});

function securityOf(token: "required" | "optional" | undefined): JsonSchema[] {
  if (token === "required") return [{ accessToken: [] }];
  return token === "optional" ? [{}, { accessToken: [] }] : [];
}

function parametersOf({ description, parts }: DescribedRoute, components: Components): JsonSchema[] {
  const token = { name: "token", in: "query", required: true, schema: { type: "string" } };
  return [
    ...fieldsOf(parts.params, components).map((field) => ({ ...field, in: "path", required: true })),
    ...fieldsOf(parts.query, components).map((field) => ({ ...field, in: "query" })),
    ...(description.link ? [{ ...token, description: "From the link in the mail." }] : []),
    ...(description.idempotent ? [ref("parameters", "IdempotencyKey")] : []),
  ];
}

/** The fields of an object schema as parameters. */
function fieldsOf(schema: z.ZodType | undefined, components: Components): JsonSchema[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = components.add(schema) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    ...(description ? { description } : {}),
    required: required.includes(name),
    schema: rest,
  }));
}

function bodyOf({ parts }: DescribedRoute, components: Components, example: unknown): JsonSchema {
  const schema = components.add(parts.body as z.ZodType);
  const content: Content = { "application/json": { schema, ...(example !== undefined && { example }) } };
  if (parts.form) {
    content["application/x-www-form-urlencoded"] = {
      schema: asForm(schema),
      ...(example !== undefined && { example: flat(example as JsonSchema) }),
    };
  }
  return { required: true, content };
}

/** `{profile: {name}}` → `{"profile.name"}`. */
const flat = (body: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).map(([inner, text]) => [`${key}.${inner}`, text])
        : [[key, value]],
    ),
  );

/** What a page's form sends: an object within it field by field, `profile.name`. */
function asForm(schema: JsonSchema): JsonSchema {
  const { properties, ...rest } = schema as { properties: Record<string, JsonSchema> };
  const entries = Object.entries(properties);
  const objects = entries.filter(([, { type }]) => type === "object").map(([name]) => name);
  return {
    ...rest,
    properties: Object.fromEntries(entries.filter(([name]) => !objects.includes(name))),
    ...(objects.length > 0 && {
      patternProperties: Object.fromEntries(objects.map((name) => [`^${name}\\.`, { type: "string" }])),
    }),
  };
}

const everyAnswer = { "X-Request-Id": ref("headers", "RequestId") };
const titles: Record<number, string> = {
  200: "Done.",
  201: "Made.",
  202: "Taken.",
  204: "Done; no body.",
  304: "Not modified.",
};

/** Whether a page is among the answers. */
const showsPage = ({ description, parts }: DescribedRoute) =>
  parts.form || description.link || description.page;

function successes(
  route: DescribedRoute,
  components: Components,
  recorded: Record<string, unknown>,
): JsonSchema {
  const { description } = route;
  return Object.fromEntries(
    Object.entries(description.answers).map(([status, shape]) => {
      const answer = { description: titles[Number(status)] ?? "", headers: everyAnswer };
      if (shape === null) return [status, answer];
      if (shape === "page") return [status, { ...answer, content: page }];
      if (shape === "file") return [status, { ...answer, content: file }];
      const example = recorded[status];
      const json = { schema: components.add(shape()), ...(example !== undefined && { example }) };
      const content = { "application/json": json, ...(showsPage(route) ? page : {}) };
      return [status, { ...answer, content }];
    }),
  );
}

const headersOf = (status: number) => ({
  ...everyAnswer,
  ...(status === 401 && { "WWW-Authenticate": ref("headers", "WWWAuthenticate") }),
  ...((status === 429 || status === 503) && { "Retry-After": ref("headers", "RetryAfter") }),
});

function failures(route: DescribedRoute): JsonSchema {
  const { description } = route;
  const pageAlone = Object.values(description.answers).includes("page");
  return Object.fromEntries(
    [...byStatus(errorsOf(route))].map(([status, codes]) => {
      const content = {
        ...(pageAlone ? {} : { "application/problem+json": problemOf(codes) }),
        ...(pageAlone || showsPage(route) ? page : {}),
      };
      const words = codes.map((code) => `[\`${code}\`](/errors/${code}) ${errors[code][1]}`).join(" · ");
      return [String(status), { description: words, headers: headersOf(status), content }];
    }),
  );
}

const problemOf = (codes: ErrorCode[]) => ({
  schema: { ...ref("schemas", "Problem"), properties: { code: { enum: codes } } },
  examples: Object.fromEntries(codes.map((code) => [code, ref("examples", code)])),
});
