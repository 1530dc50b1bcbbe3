// What the collection needs of the OpenAPI document.
import type { OpenApi } from "../openapi/document.ts";
import type { JsonSchema } from "../openapi/schemas.ts";

type Media = { schema?: JsonSchema; example?: unknown };
type Named = { name: string; in: string };
export type Operation = {
  id: string;
  method: string;
  /** `/organizations/{org_id}` */
  path: string;
  summary: string;
  description?: string;
  deprecated: boolean;
  pathNames: string[];
  requestExample?: unknown;
  /** By status; of successes. */
  answers: Map<number, Record<string, Media>>;
};

type Raw = {
  operationId: string;
  summary: string;
  description?: string;
  deprecated?: boolean;
  parameters?: (Named | { $ref: string })[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
};

export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const raw = operation as unknown as Raw;
      const named = (raw.parameters ?? []).filter((one): one is Named => "name" in one);
      const successes = Object.entries(raw.responses).filter(([status]) => Number(status) < 300);
      return {
        id: raw.operationId,
        method: method.toUpperCase(),
        path,
        summary: raw.summary,
        ...(raw.description && { description: raw.description }),
        deprecated: raw.deprecated ?? false,
        pathNames: named.filter((one) => one.in === "path").map((one) => one.name),
        requestExample: raw.requestBody?.content["application/json"]?.example,
        answers: new Map(successes.map(([status, { content }]) => [Number(status), content ?? {}])),
      };
    }),
  );
}

/** The operation that a request is one of, by its method and a path as Postman writes it (`/organizations/:org_id`). */
export const operationFor = (operations: Operation[], method: string, path: string): Operation | undefined =>
  operations.find((one) => one.method === method && one.path.replace(/\{(\w+)\}/g, ":$1") === path);

const told = ["type", "required", "enum", "const"];

/** A schema without references, and with what Postman's validator (JSON Schema draft 7) needs alone. */
export function shapeOf(document: OpenApi, schema: JsonSchema): JsonSchema {
  const { $ref } = schema as { $ref?: string };
  if ($ref) return shapeOf(document, document.components.schemas?.[nameOf($ref)] as JsonSchema);
  const { properties, items, anyOf } = schema as {
    properties?: Record<string, JsonSchema>;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
  };
  const inner = (one: JsonSchema) => shapeOf(document, one);
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([key]) => told.includes(key))),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, inner(one)])),
    }),
    ...(items && { items: inner(items) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
  };
}

export const nameOf = (ref: string): string => ref.split("/").at(-1) ?? "";
