// Input at the door. In the contract's order: 413 too large, 415 not JSON, 400 malformed, 422 anything that the
// schema does not name exactly. Text that Postgres cannot hold (NUL, lone surrogates) is refused here, wherever it is.
import { zValidator } from "@hono/zod-validator";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import * as z from "zod";
import { AppError, type FieldError } from "../errors.ts";
import { readCursor } from "./cursor.ts";

const bodyBytes = 64 * 1024;
const depth = 32;

const limitBody = bodyLimit({
  maxSize: bodyBytes,
  onError: () => {
    throw new AppError("body_too_large");
  },
});
const nothingMore = () => Promise.resolve();

/** For endpoints that take neither query nor body: unknown query keys are refused, a body is not read. */
export const validateNothing = createMiddleware(async (c, next) => {
  await limitBody(c, nothingMore);
  refuseQuery(c);
  await next();
});

/** A JSON body by schema; with it no query. */
export function validateJson<T extends z.ZodType>(schema: T) {
  const check = zValidator("json", schema, orInvalid, inOurWords);
  const handler = async (c: Context, next: () => Promise<void>) => {
    await limitBody(c, nothingMore);
    await readJson(c);
    refuseQuery(c);
    return check(c, next);
  };
  return handler as typeof check;
}

/** A query by schema (strict); a body is not read. A forged cursor (400) wins over bad fields (422). */
export function validateQuery<T extends z.ZodType>(schema: T) {
  const check = zValidator("query", schema, orInvalid, inOurWords);
  const handler = async (c: Context, next: () => Promise<void>) => {
    await limitBody(c, nothingMore);
    const { searchParams } = new URL(c.req.url);
    if (isPaged(schema)) await readCursor(c, searchParams.get("cursor") ?? undefined);
    if (searchParams.has("")) refuseFields([unknownKey("")]); // Hono's reading of the query drops it.
    refuseFields([...searchParams].flatMap(([key, value]) => textFaults({ [key]: value }, "")));
    return check(c, next);
  };
  return handler as typeof check;
}

/** Path parameters; their schemas never fail (a malformed id is an id that does not exist). */
export const validateParam = <T extends z.ZodType>(schema: T) => zValidator("param", schema);

const isPaged = (schema: z.ZodType) => schema instanceof z.ZodObject && "cursor" in schema.shape;

const unknownKey = (path: string) => ({ path, message: "is not a query parameter of this endpoint" });

function refuseQuery(c: Context) {
  refuseFields([...new URL(c.req.url).searchParams.keys()].map(unknownKey));
}

/** Reads the body once, strictly: media type, UTF-8, JSON, text. Later readers get it from Hono's cache. */
async function readJson(c: Context): Promise<void> {
  const mediaType = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") throw new AppError("unsupported_media_type");
  let body: unknown;
  try {
    body = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await c.req.arrayBuffer()),
    );
  } catch (cause) {
    throw new AppError("malformed_json", { cause });
  }
  refuseFields(textFaults(body, ""));
}

function refuseFields(fields: FieldError[]) {
  if (fields.length > 0) throw new AppError("invalid_request", { fields: fields.slice(0, 20) });
}

/** What in this value could not be stored as it is, or would be understood as something else. */
function textFaults(value: unknown, path: string, level = 0): FieldError[] {
  if (typeof value === "string")
    return isStorable(value) ? [] : [{ path, message: "holds characters that no text may hold" }];
  if (typeof value === "number")
    return Number.isFinite(value) ? [] : [{ path, message: "is too large a number" }];
  if (typeof value !== "object" || value === null) return [];
  if (level >= depth) return [{ path, message: `is nested more than ${depth} levels deep` }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = path ? `${path}.${key}` : key;
    if (key === "__proto__" || !isStorable(key))
      return [{ path: path || "", message: "holds a key that is not allowed" }];
    return textFaults(inner, innerPath, level + 1);
  });
}

const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed();

/** Words for the commonest complaint; zod's own name JavaScript's types. */
const words: z.core.$ZodErrorMap = ({ code, input, expected }) => {
  if (code !== "invalid_type") return undefined;
  return input === undefined
    ? "is missing"
    : `must be ${/^[aeio]/.test(String(expected)) ? "an" : "a"} ${expected}`;
};
const inOurWords = {
  // The validator's types do not see through `exactOptionalPropertyTypes`.
  validationFunction: (schema: z.core.$ZodType, value: unknown) =>
    z.safeParseAsync(schema, value, { error: words }) as Promise<never>,
};

function orInvalid(result: { success: true } | { success: false; error: z.core.$ZodError }): void {
  if (!result.success) throw invalid(result.error);
}

/** Zod's complaints in the wire's shape. An unknown key is reported at its own path. */
function invalid(error: z.core.$ZodError): AppError {
  const fields = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: "is not a field of this endpoint",
    }));
  });
  return new AppError("invalid_request", { fields: fields.slice(0, 20) });
}
