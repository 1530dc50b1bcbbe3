// Every answer of every test, held against the OpenAPI document: its status, its media type, its code and its body, in
// which nothing may stand that the document does not name.
import { dereference, validate } from "@cfworker/json-schema";
import document from "../../openapi/openapi.json" with { type: "json" };

type Schema = { [key: string]: unknown };
type Media = { schema: Schema };
type Answer = { content?: Record<string, Media> };
type Operation = { operationId: string; responses: Record<string, Answer> };
type Document = { paths: Record<string, Record<string, Operation>>; components: { schemas: Schema } };

/** Nothing beside what is named. (The document itself lets clients expect more: a later release may add.) */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, closed(inner)] as const);
  const { type, properties, additionalProperties, ...rest } = Object.fromEntries(entries) as Schema;
  const isObject = type === "object" && properties !== undefined && additionalProperties === undefined;
  return {
    ...rest,
    ...(type !== undefined && { type }),
    ...(properties !== undefined && { properties }),
    ...(additionalProperties !== undefined && { additionalProperties }),
    ...(isObject && { additionalProperties: false }),
  };
}

const { paths, components } = closed(document) as Document;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
    operation,
  })),
);

/** The operation that this request is one of; null: of none. */
function operationOf(method: string, path: string): Operation | null {
  const verb = method === "HEAD" ? "GET" : method;
  const read = asRead(path);
  return operations.find((one) => one.method === verb && one.pattern.test(read))?.operation ?? null;
}

/** `/%6de` is `/me`. */
function asRead(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

const answers = operations.flatMap(({ operation }) => Object.values(operation.responses));
const media = answers.flatMap(({ content = {} }) => Object.values(content));
const { schemas } = components;
const lookup = dereference({ $defs: { ...media.map(({ schema }) => schema) }, components: { schemas } });

function faultsOf(schema: Schema, body: unknown): string[] {
  const { valid, errors } = validate(body, schema, "2020-12", lookup, false);
  return valid ? [] : errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`);
}

/** What is wrong with this answer, by the document; null: nothing. Reads a copy of the body. */
export async function contractFault(
  method: string,
  path: string,
  response: Response,
): Promise<string | null> {
  const operation = operationOf(method, path);
  const { status } = response;
  // Of no route, of another verb's, or of a Worker that refuses its configuration.
  if (operation === null) return [204, 404, 405, 500].includes(status) ? null : `answered ${status}`;
  const answer = operation.responses[String(status)];
  if (!answer) return `${operation.operationId} does not document ${status}`;
  const text = await response.clone().text();
  const mediaType = response.headers.get("content-type")?.split(";")[0] ?? "";
  if (text === "" && (!answer.content || method === "HEAD" || status === 304)) return null;
  const media = answer.content?.[mediaType];
  if (!media) return `${operation.operationId} does not document ${mediaType || "a body"} for ${status}`;
  if (!mediaType.endsWith("json")) return null;
  const faults = faultsOf(media.schema, JSON.parse(text));
  return faults.length === 0 ? null : `${operation.operationId} ${status}: ${faults.join("; ")} in ${text}`;
}
