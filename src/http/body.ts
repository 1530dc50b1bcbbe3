// Reading a request's body: once, at most 64 KiB, strictly. Later readers get it from Hono's cache.
import type { Context } from "hono";
import { AppError, type FieldError } from "../errors.ts";

const bodyBytes = 64 * 1024;
const drainBytes = 1024 * 1024;
const depth = 32;

/** The body's bytes, however often they are asked for. Errors: 413, and 400 for a body that breaks off. */
export function readBytes(c: Context): Promise<ArrayBuffer> {
  const bytes = (c.req.bodyCache.arrayBuffer as unknown as Promise<ArrayBuffer> | undefined) ?? readOnce(c);
  c.req.bodyCache.arrayBuffer = bytes as never; // Typed as what the promise will hold.
  return bytes;
}

async function readOnce(c: Context): Promise<ArrayBuffer> {
  if (Number(c.req.header("content-length") ?? 0) > bodyBytes) throw new AppError("body_too_large");
  const reader = c.req.raw.body?.getReader();
  const next = async () => {
    try {
      return await reader?.read();
    } catch (cause) {
      throw new AppError("malformed_json", { cause }); // The client hung up: nobody will read this.
    }
  };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await next(); part && !part.done; part = await next()) {
    size += part.value.byteLength;
    if (size <= bodyBytes) chunks.push(part.value);
    // Read on, within reason: a body that is left unread breaks the connection for the requests behind it.
    else if (size > drainBytes) break;
  }
  if (size > bodyBytes) throw new AppError("body_too_large");
  return new Blob(chunks).arrayBuffer();
}

const mediaTypeOf = (c: Context) => (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();

/** Is this the form of one of our pages, which wants a page for an answer? */
export const isForm = (c: Context): boolean => mediaTypeOf(c) === "application/x-www-form-urlencoded";

/** A form's fields; of a repeated one the last. Errors: 413, and 422 for text that could not be stored. */
export async function readForm(c: Context): Promise<Record<string, string>> {
  const text = new TextDecoder().decode(await readBytes(c));
  const fields = Object.fromEntries(new URLSearchParams(text));
  refuseFields(textFaults(fields, ""));
  return fields;
}

/** The body as JSON. Errors: 413, 415, 400, and 422 for text that could not be stored. */
export async function readJson(c: Context): Promise<unknown> {
  const bytes = await readBytes(c);
  if (mediaTypeOf(c) !== "application/json") throw new AppError("unsupported_media_type");
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new AppError("malformed_json", { cause });
  }
  refuseFields(textFaults(body, ""));
  return body;
}

/** 422 for these fields, if there are any. */
export function refuseFields(fields: FieldError[]): void {
  if (fields.length > 0) throw new AppError("invalid_request", { fields: fields.slice(0, 20) });
}

/** What in this value Postgres could not store as it is, or what would be understood as something else. */
export function textFaults(value: unknown, path: string, level = 0): FieldError[] {
  if (typeof value === "string") {
    return isStorable(value) ? [] : [{ path, message: "holds characters that no text may hold" }];
  }
  if (typeof value === "number") {
    return Number.isFinite(value) ? [] : [{ path, message: "is too large a number" }];
  }
  if (typeof value !== "object" || value === null) return [];
  if (level >= depth) return [{ path, message: `is nested more than ${depth} levels deep` }];
  return Object.entries(value).flatMap(([key, inner]) => {
    const allowed = key !== "__proto__" && isStorable(key);
    return allowed
      ? textFaults(inner, path ? `${path}.${key}` : key, level + 1)
      : [{ path, message: "holds a key that is not allowed" }];
  });
}

const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed();
