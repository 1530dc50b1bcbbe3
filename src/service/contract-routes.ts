// The contract for machines: the OpenAPI document, and what an OAuth client may know of the tokens' issuer.
import { Hono } from "hono";
import { serveAsset } from "../http/assets.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn } from "../http/describe.ts";
import { validateNothing } from "../http/validate.ts";
import { issuerMetadata, openApiDocument } from "./answers.ts";

const describe = describeIn("Service");

export const contract = new Hono<AppEnv>()
  .get(
    "/openapi.json",
    describe("getOpenApi", "This document", { answers: { 200: openApiDocument, 304: null }, offline: true }),
    validateNothing,
    (c) => serveAsset(c, "/openapi.json", 300),
  )

  // RFC 8414, as far as it is true: there is no authorization endpoint, and people do not sign in by an OAuth grant. Left
  // out, `grant_types_supported` would mean two that we do not have (RFC 8414, 2).
  .get(
    "/.well-known/oauth-authorization-server",
    describe("getIssuerMetadata", "Who issues the tokens, and where its keys are (RFC 8414)", {
      answers: { 200: issuerMetadata },
      offline: true,
    }),
    validateNothing,
    (c) => {
      const { PUBLIC_URL: issuer } = c.var.config;
      return c.json({
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        service_documentation: `${issuer}/docs`,
        response_types_supported: [],
        grant_types_supported: [],
      });
    },
  );
