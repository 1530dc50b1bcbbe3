// Errors on the wire: RFC 9457 problem documents, and nothing in them but what errors.ts says.
import type { Context } from "hono";
import { type AppError, errors } from "../errors.ts";
import type { AppEnv } from "./context.ts";

/** The response for an expected failure. A 401 carries the challenge that RFC 9110 (11.6.1) asks for. */
export function problem(c: Context<AppEnv>, error: AppError): Response {
  const [status, title, detail] = errors[error.code];
  c.set("errorCode", error.code);
  const document = {
    type: `/errors/${error.code}`,
    title,
    status,
    detail,
    code: error.code,
    request_id: c.var.requestId,
    ...error.extension,
    ...(error.fields && { errors: error.fields }),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (status === 401) headers.set("www-authenticate", challenges[error.code] ?? "Bearer");
  if (error.retryAfterSeconds) headers.set("retry-after", String(error.retryAfterSeconds));
  return c.body(JSON.stringify(document), status, Object.fromEntries(headers));
}

const challenges: Partial<Record<AppError["code"], string>> = {
  invalid_token: 'Bearer error="invalid_token"',
  session_ended: 'Bearer error="invalid_token", error_description="session ended"',
};
