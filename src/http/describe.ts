// What a route says of itself, for the OpenAPI document: it stands beside the handlers that do it, and no request reads
// it. Schemas of answers are functions, so that a running Worker never makes them (scripts/openapi does).
import type { MiddlewareHandler } from "hono";
import type * as z from "zod";
import type { ErrorCode } from "../errors.ts";

/** A schema that is made when somebody asks. */
export type Shape<T extends z.ZodType = z.ZodType> = () => T;
/** What stands in the answer. */
export type Shown<S extends Shape> = z.input<ReturnType<S>>;

/** A schema with a name of its own in the document. */
export function shape<T extends z.ZodType>(id: string, make: () => T): Shape<T> {
  let made: T | undefined;
  return () => {
    made ??= make().meta({ id });
    return made;
  };
}

/** The document's chapters, in the order in which a person meets them. */
export type Chapter =
  | "Sign up"
  | "Sign in"
  | "Passwords"
  | "My account"
  | "Organizations"
  | "Members"
  | "Roles and permissions"
  | "Invites"
  | "Websites"
  | "Audit trail"
  | "Statistics"
  | "Platform admins"
  | "Service"
  | "Older paths";

export type Description = {
  chapter: Chapter;
  /** The operation's id: a verb and what it is about, stable between releases. */
  id: string;
  summary: string;
  /** What the summary does not say. */
  notes?: string;
  /** Of each status that is a success: the body's schema; null: no body; "page": a page alone; "file": a file of one. */
  answers: Record<number, Shape | null | "page" | "file">;
  /** Beyond those that follow from its token, its body and its query. */
  errors?: readonly ErrorCode[];
  /** Takes an `Idempotency-Key`. */
  idempotent?: true;
  /** A page behind the link of a mail: its query holds the token, and whatever mail programs add is ignored. */
  link?: true;
  /** A page for whoever asks for one; JSON with `Accept: application/json`. */
  page?: true;
  /** Makes no trip to the database. */
  offline?: true;
  /** Which path to use in its place. */
  deprecated?: string;
};

/** What one handler of a route has to say. */
export type Part = {
  token?: "required" | "optional";
  body?: z.ZodType;
  /** The body may also be the form of a page, which gets a page for an answer. */
  form?: true;
  query?: z.ZodType;
  /** The query of a list. */
  paged?: true;
  /** A flood ends here. */
  shielded?: true;
  params?: z.ZodType;
  route?: Description;
};

const parts = new WeakMap<object, Part>();

/** Notes what a handler has to say, and returns the handler. */
export function says<Handler extends object>(handler: Handler, part: Part): Handler {
  parts.set(handler, part);
  return handler;
}

export const partOf = (handler: object): Part | undefined => parts.get(handler);

/** `describe` for the routes of one chapter. */
export const describeIn =
  (chapter: Chapter) =>
  (id: string, summary: string, rest: Omit<Description, "chapter" | "id" | "summary">): MiddlewareHandler =>
    says((_c, next) => next(), { route: { chapter, id, summary, ...rest } });

/** What may go wrong wherever a request is inside one organization. */
export const insideErrors = [
  "not_found",
  "member_suspended",
  "organization_suspended",
  "permission_missing",
] as const satisfies ErrorCode[];
