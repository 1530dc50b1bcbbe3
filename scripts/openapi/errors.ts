// Which errors a route may answer with: those that it names, and those that follow from what it takes.
import { type ErrorCode, errors } from "../../src/errors.ts";
import type { DescribedRoute } from "./routes.ts";

const byToken: Record<string, ErrorCode[]> = {
  required: ["unauthenticated", "invalid_token", "session_ended"],
  optional: ["invalid_token", "session_ended"],
};

/** In the order of the registry. */
export function errorsOf({ method, description, parts }: DescribedRoute): ErrorCode[] {
  const { errors: own = [], idempotent, offline } = description;
  const mayFail: ErrorCode[] = [
    ...own,
    ...(byToken[parts.token ?? ""] ?? []),
    ...(parts.body ? (["malformed_json", "unsupported_media_type"] as const) : []),
    ...(parts.body || parts.query ? (["invalid_request"] as const) : []),
    ...(method !== "get" ? (["body_too_large"] as const) : []),
    ...(parts.paged ? (["invalid_cursor"] as const) : []),
    ...(parts.shielded ? (["too_many_requests"] as const) : []),
    ...(idempotent ? (["idempotency_key_reused"] as const) : []),
    ...(offline ? [] : (["service_unavailable"] as const)),
    "internal_error",
  ];
  return (Object.keys(errors) as ErrorCode[]).filter((code) => mayFail.includes(code));
}

/** The codes of each status. */
export function byStatus(codes: ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const [status] = errors[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}
