// Refusals of a service beside Gatehouse, in Gatehouse's words: RFC 9457 problem documents with the same codes.
import type { Context } from "hono";
import { type ErrorCode, errors } from "../errors.ts";

type Extras = { detail?: string; retryAfterSeconds?: number | undefined };

/** `issuer`: its pages explain each code, at `/errors/CODE`. */
export function refuse(
  c: Context,
  issuer: string,
  code: ErrorCode,
  { detail, retryAfterSeconds }: Extras = {},
): Response {
  const [status, title, words] = errors[code];
  const document = { type: `${issuer}/errors/${code}`, title, status, detail: detail ?? words, code };
  return c.body(JSON.stringify(document), status, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...(status === 401 && { "www-authenticate": challengeOf(code) }),
    ...(retryAfterSeconds && { "retry-after": String(retryAfterSeconds) }),
  });
}

const challengeOf = (code: ErrorCode) =>
  code === "unauthenticated" ? "Bearer" : (challenges[code] ?? 'Bearer error="invalid_token"');
const challenges: Partial<Record<ErrorCode, string>> = {
  session_ended: 'Bearer error="invalid_token", error_description="session ended"',
};
