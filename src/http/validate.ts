// Input at the door, after the token. In the contract's order: 413 too large, 415 not JSON, 400 malformed, 422 anything that the
// schema does not name exactly.
import { zValidator } from "@hono/zod-validator";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import * as z from "zod";
import { AppError, type FieldError } from "../errors.ts";
import { isForm, readBytes, readForm, readJson, refuseFields, textFaults } from "./body.ts";
import type { AppEnv } from "./context.ts";
import { readCursor } from "./cursor.ts";
import { says } from "./describe.ts";

type Next = () => Promise<void>;

/** For endpoints that take neither query nor body: unknown query keys are refused, a body is not looked at. */
export const validateNothing = says(
  createMiddleware(async (c, next) => {
    await readBytes(c);
    refuseQuery(c);
    await next();
  }),
  { query: z.strictObject({}) },
);

/** A JSON body by schema; with it no query. */
export function validateJson<T extends z.ZodType>(schema: T) {
  const check = zValidator("json", schema, orInvalid, inOurWords);
  const handler = async (c: Context, next: Next) => {
    await readJson(c);
    refuseQuery(c);
    return check(c, next);
  };
  return says(handler as typeof check, { body: schema, query: z.strictObject({}) });
}

/** A page's form, once more: with what is wrong with its fields, and what was sent. */
export type ShowAgain = (
  c: Context<AppEnv>,
  fields: FieldError[],
  sent: Record<string, string>,
) => Promise<Response>;

/**
 * A JSON body, or the form of one of our pages with the same fields, which gets a page for an answer. A field that is left
 * empty is not sent. `showAgain`: of a form with fields to fill in; it answers every 422.
 */
export function validateJsonOrForm<T extends z.ZodType>(schema: T, showAgain?: ShowAgain) {
  const check = validateJson(schema);
  const handler = async (c: Context<AppEnv>, next: Next) => {
    if (!isForm(c)) return check(c as never, next);
    c.set("asPage", true);
    const sent = await readForm(c);
    if (showAgain) c.set("showAgain", (fields) => showAgain(c, fields, sent));
    const result = await inOurWords.validationFunction(schema, nested(sent));
    orInvalid(result);
    c.req.addValidatedData("json", (result as { data: object }).data);
    return next();
  };
  return says(handler as typeof check, { body: schema, query: z.strictObject({}), form: true });
}

/** `{"profile.name": "Ada"}` → `{profile: {name: "Ada"}}`, without what was left empty. Errors: 422, as of JSON. */
function nested(form: Record<string, string>): object {
  const body = bare();
  for (const [path, value] of Object.entries(form)) {
    if (value === "") continue;
    const [key = "", inner] = path.split(/\.(.*)/s);
    if (inner !== undefined) body[key] ??= bare();
    const place = inner === undefined ? body : body[key];
    const name = inner ?? key;
    // Both the whole and a part of it.
    if (typeof place === "string" || place === undefined || name in place) {
      throw new AppError("invalid_request", { fields: [unknownKey(path)] });
    }
    place[name] = value;
  }
  refuseFields(textFaults(body, ""));
  return body;
}

type Fields = { [name: string]: string | Fields };
/** Without a prototype: `__proto__` is a name like any other. */
const bare = (): Fields => Object.create(null);

/** A query by schema (strict); a body is not looked at. */
export function validateQuery<T extends z.ZodType>(schema: T) {
  const check = zValidator("query", schema, orInvalid, inOurWords);
  const handler = async (c: Context, next: Next) => {
    await readBytes(c);
    const { searchParams } = new URL(c.req.url);
    if (searchParams.has("")) refuseFields([unknownKey("")]); // Hono's reading of the query drops it.
    refuseFields([...searchParams].flatMap(([key, value]) => textFaults({ [key]: value }, "")));
    return check(c, next);
  };
  return says(handler as typeof check, { query: schema });
}

/** How many rows of a list. */
export const limit = z
  .string()
  .regex(/^\d{1,3}$/, "must be a whole number from 1 to 200")
  .transform(Number)
  .pipe(z.number().min(1, "must be at least 1").max(200, "must be at most 200"))
  .meta({
    type: "integer",
    pattern: undefined,
    minimum: 1,
    maximum: 200,
    description: "How many rows at most.",
  });

const cursor = z.string().meta({ description: "`next_cursor` of the page before." });
const pageShape = { limit: limit.default(50).meta({ usual: 50 }), cursor: cursor.optional() };

type Query<Filters extends z.ZodRawShape> = z.output<z.ZodObject<typeof pageShape & Filters>>;
/** Tells what is wrong with a field. */
export type Complain = (path: string, message: string) => void;

/**
 * The query of a list, after `authenticate`: `limit`, `cursor` and its filters, and what these have to be to each other.
 * Sets `c.var.after` and `c.var.afterKey`.
 */
export function validatePage<Filters extends z.ZodRawShape>(
  filters: Filters,
  together: (query: Query<Filters>, complain: Complain) => void = () => {},
) {
  const schema = z.strictObject({ ...pageShape, ...filters }).superRefine((query, context) =>
    together(query as Query<Filters>, (path, message) => {
      context.addIssue({ code: "custom", path: [path], message });
    }),
  );
  const check = validateQuery(schema);
  const handler = async (c: Context, next: Next) => {
    await readBytes(c);
    // Before the rest of the query: a forged cursor is a 400, and that wins over a 422.
    const after = await readCursor(c, c.req.query("cursor"));
    c.set("after", typeof after === "number" ? after : null);
    c.set("afterKey", typeof after === "number" || after === null ? [] : after);
    return check(c, next);
  };
  return says(handler as typeof check, { query: schema, paged: true });
}

/** Path parameters; their schemas never fail (a malformed id is an id that does not exist). */
export const validateParam = <T extends z.ZodType>(schema: T) =>
  says(zValidator("param", schema), { params: schema });

const unknownKey = (path: string) => ({ path, message: "is not known to this endpoint" });

function refuseQuery(c: Context): void {
  refuseFields([...new URL(c.req.url).searchParams.keys()].map(unknownKey));
}

/** Words for the commonest complaint; zod's own name JavaScript's types. */
const words: z.core.$ZodErrorMap = ({ code, input, expected }) => {
  if (code !== "invalid_type") return undefined;
  if (input === undefined) return "is missing";
  return `must be ${/^[aeio]/.test(String(expected)) ? "an" : "a"} ${expected}`;
};
const inOurWords = {
  // The validator's types do not see through `exactOptionalPropertyTypes`.
  validationFunction: (schema: z.core.$ZodType, value: unknown) =>
    z.safeParseAsync(schema, value, { error: words }) as Promise<never>,
};

/** Zod's complaints in the wire's shape. An unknown key is reported at its own path. */
function orInvalid(result: { success: true } | { success: false; error: z.core.$ZodError }): void {
  if (result.success) return;
  const fields = result.error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: "is not known to this endpoint",
    }));
  });
  throw new AppError("invalid_request", { fields: fields.slice(0, 20) });
}

/** The same of a value that came another way than over HTTP. Errors: 422. */
export async function valid<T extends z.ZodType>(schema: T, value: unknown): Promise<z.output<T>> {
  const result = await z.safeParseAsync(schema, value, { error: words });
  orInvalid(result);
  return result.data as z.output<T>;
}
