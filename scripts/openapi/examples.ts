// Real requests and answers, recorded by `npm run postman -- --record` from a walk through a running stack
// (openapi/examples.json).
import type { ErrorCode } from "../../src/errors.ts";
import type { JsonSchema } from "./schemas.ts";

export type Examples = {
  /** By operation id. */
  operations: Record<string, { request?: unknown; answers: Record<string, unknown> }>;
  /** Problem documents, by code. */
  errors: Partial<Record<ErrorCode, JsonSchema>>;
};
