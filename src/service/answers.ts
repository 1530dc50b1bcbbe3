// Answers of the service about itself.
import * as z from "zod";
import { shape } from "../http/describe.ts";
import { epochMs, listOf } from "../http/shapes.ts";

export const service = shape("Service", () =>
  z.object({ name: z.string(), version: z.string(), links: z.record(z.string(), z.string()) }),
);
export const health = shape("Health", () =>
  z.object({
    status: z.literal("ok"),
    database: z.literal("ok"),
    oldest_unsent_mail_ms: z
      .int()
      .nullable()
      .meta({ description: "How long the oldest unsent mail has waited; null: none waits." }),
  }),
);
const release = shape("Release", () =>
  z.object({ version: z.string(), description: z.string(), created_at: epochMs() }),
);
export const releaseList = listOf("Release", release);

export const keySet = shape("KeySet", () =>
  z.object({
    keys: z.array(
      z.object({
        kty: z.literal("EC"),
        crv: z.literal("P-256"),
        kid: z.string(),
        x: z.string(),
        y: z.string(),
        use: z.literal("sig"),
        alg: z.literal("ES256"),
      }),
    ),
  }),
);

export const openApiDocument = shape("OpenApiDocument", () =>
  z.looseObject({ openapi: z.string(), info: z.looseObject({ title: z.string(), version: z.string() }) }),
);
export const issuerMetadata = shape("IssuerMetadata", () =>
  z.object({
    issuer: z.url(),
    jwks_uri: z.url(),
    service_documentation: z.url(),
    response_types_supported: z.array(z.string()).meta({ description: "None: nobody is redirected here." }),
    grant_types_supported: z.array(z.string()).meta({ description: "None: see `POST /signin`." }),
  }),
);

const shownError = {
  type: z.string().meta({ format: "uri-reference" }),
  code: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
};
export const errorList = listOf(
  "ErrorCode",
  shape("ErrorCode", () => z.object(shownError)),
);
export const errorExplained = shape("ErrorExplained", () =>
  z.object({
    ...shownError,
    meaning: z.string().meta({ description: "When one gets it." }),
    action: z.string().meta({ description: "What a client does about it." }),
    retry: z.enum(["no", "corrected", "new_token", "later"]).meta({
      description:
        "May the same request be sent again: not before something else changes, once it is corrected, with a new access token, or after `Retry-After`.",
    }),
    example: z.looseObject({ code: z.string() }).meta({ description: "A problem document." }),
    operations: z.array(
      z.object({
        operation_id: z.string(),
        chapter: z.string(),
        method: z.string(),
        path: z.string(),
        summary: z.string(),
        docs: z.string().meta({ format: "uri-reference" }),
      }),
    ),
  }),
);
