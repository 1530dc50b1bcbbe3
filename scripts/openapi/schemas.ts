// Zod schemas → JSON Schema as OpenAPI 3.1 has it (2020-12): what the wire carries, before any transformation. Schemas
// with an id become components.
import * as z from "zod";

export type JsonSchema = { [key: string]: unknown };

/** Gathers what has a name of its own. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /** The schema, with a reference in place of each part that has an id. */
  add(schema: z.ZodType): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
      override: tidy,
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    for (const [id, part] of Object.entries($defs)) {
      // What an overridden part referred to is still listed, under a name that zod made up.
      if (!id.startsWith("__schema")) this.#keep(id, part);
    }
    const { id, ...rest } = root;
    return typeof id === "string" ? this.#keep(id, rest) : point(root);
  }

  #keep(id: string, { id: _, ...schema }: JsonSchema): JsonSchema {
    const pointed = point(schema);
    const known = this.#schemas.get(id);
    if (known && JSON.stringify(known) !== JSON.stringify(pointed)) throw new Error(`two schemas are ${id}`);
    this.#schemas.set(id, pointed);
    return { $ref: `#/components/schemas/${id}` };
  }

  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const safeInteger = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];

/** Leaves out what says nothing, and our own marks. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.anyObject) {
    const { description } = jsonSchema;
    for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
    Object.assign(jsonSchema, {
      type: "object",
      additionalProperties: true,
      ...(description ? { description } : {}),
    });
  }
  for (const key of ["minimum", "maximum"]) {
    if (safeInteger.includes(jsonSchema[key] as number)) delete jsonSchema[key];
  }
  // Zod leaves out the default of what it transforms.
  if (jsonSchema.usual !== undefined) jsonSchema.default = jsonSchema.usual;
  delete jsonSchema.usual;
  // A meta value of undefined takes away what zod would say.
  for (const key of Object.keys(jsonSchema)) if (jsonSchema[key] === undefined) delete jsonSchema[key];
}

/** Zod's references → the document's. */
function point<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/')) as T;
}
