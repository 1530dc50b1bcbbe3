// What `gatehouse/client` exports: Hono's typed client of the service. Types and `hc` alone, nothing of the server. The
// types are worked out once, when the package is built, so that editors need not do it for everybody.
import type { Hono } from "hono";
import { type ClientRequestOptions, hc } from "hono/client";
import type { BlankEnv, ExtractSchema, Schema } from "hono/types";
import type { SuccessStatusCode } from "hono/utils/http-status";
import type { AppType } from "./app.ts";
import type { ErrorCode, FieldError } from "./errors.ts";

/** What every answer that is not `ok` holds (RFC 9457). */
export type Problem = {
  /** `/errors/CODE`, relative to the service. */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
  /** Of `invalid_request`: what is wrong with which field. */
  errors?: FieldError[];
  /** Of `sole_owner`. */
  organizations?: { org_id: number; name: string }[];
};
type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 503;

type Refused<I> = { input: I; output: Problem; outputFormat: "json"; status: ProblemStatus };

/**
 * Every endpoint as it answers: with its success, or with a problem. Hono's types count every status for an answer that
 * names none, which is a 200, and know answers of validators that ours never give. Without an alias on the way, so that
 * the built types hold the result and not the question.
 */
type Endpoints<S> = {
  [P in keyof S]: {
    [M in keyof S[P]]: S[P][M] extends infer E
      ? E extends { input: infer I; output: infer O; outputFormat: infer F; status: infer U }
        ? 500 extends U
          ? { input: I; output: O; outputFormat: F; status: 200 } | Refused<I>
          : U extends SuccessStatusCode
            ? { input: I; output: O; outputFormat: F; status: U } | Refused<I>
            : never
        : never
      : never;
  };
};
type Wire = Endpoints<ExtractSchema<AppType>> extends infer S extends Schema ? S : never;
type Api = Hono<BlankEnv, Wire>;

/** A client of the service at this URL. `headers` is the place for `authorization`; a function is asked each time. */
export const createClient = (url: string, options?: ClientRequestOptions) => hc<Api>(url, options);
export type Client = ReturnType<typeof createClient>;
