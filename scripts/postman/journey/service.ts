import type { Chapter } from "../step.ts";

export const service: Chapter = {
  name: "The service",
  about: "What it says of itself, to everybody.",
  steps: [
    { title: "What is here", operation: "getService", status: 200 },
    { title: "Is it well", operation: "getHealth", status: 200 },
    {
      title: "Its releases",
      operation: "listReleases",
      status: 200,
      expects: { "there is one": `pm.expect(answer.data).to.be.an("array").that.is.not.empty` },
    },
    {
      title: "The keys that verify its tokens",
      operation: "getKeySet",
      status: 200,
      saves: { key_id: "keys[0].kid" },
      expects: {
        "no private key is among them": `answer.keys.forEach((key) => pm.expect(key).not.to.have.property("d"))`,
      },
    },
    {
      title: "Who issues its tokens",
      operation: "getIssuerMetadata",
      status: 200,
      saves: { issuer: "issuer" },
    },
    {
      title: "The contract, as OpenAPI",
      operation: "getOpenApi",
      status: 200,
      expects: {
        "it is OpenAPI 3.1": `pm.expect(answer.openapi).to.match(/^3\\.1\\./)`,
        "it knows how to sign up": `pm.expect(answer.paths).to.have.property("/signup")`,
      },
    },
    {
      title: "The same for people, to read and to try",
      operation: "showDocs",
      status: 200,
      page: "API reference",
      saves: { docs_script: "match(/reference\\.[0-9a-f]{12}\\.js/)[0]" },
    },
    {
      title: "The script of that page, for caches to keep",
      operation: "getDocsFile",
      path: { file: "{{docs_script}}" },
      status: 200,
      script: "/openapi.json",
      expects: {
        "it is kept for ever": `pm.expect(pm.response.headers.get("Cache-Control")).to.include("immutable")`,
      },
    },
    {
      title: "Every error code",
      operation: "listErrors",
      headers: { Accept: "application/json" },
      status: 200,
      expects: {
        "the wrong password is among them": `pm.expect(answer.data.map(({ code }) => code)).to.include("invalid_credentials")`,
      },
    },
    {
      title: "What an error means, and what to do",
      operation: "explainError",
      path: { code: "last_owner" },
      headers: { Accept: "application/json" },
      status: 200,
      expects: {
        "it says who answers with it": `pm.expect(answer.operations.map((one) => one.operation_id)).to.include("leaveOrganization")`,
      },
    },
    {
      title: "The page that an error's `type` opens",
      operation: "explainError",
      path: { code: "last_owner" },
      status: 200,
      page: "Last owner",
    },
    {
      title: "Refused: a path that there is not",
      operation: { method: "GET", path: "/nowhere" },
      status: 404,
      code: "not_found",
    },
    {
      title: "Refused: a method that a path does not have",
      operation: { method: "DELETE", path: "/health" },
      status: 405,
      code: "method_not_allowed",
      expects: {
        "`Allow` says which it has": `pm.expect(pm.response.headers.get("Allow")).to.include("GET")`,
      },
    },
    {
      title: "Refused: a query key that nobody knows",
      operation: "getHealth",
      query: { verbose: "1" },
      status: 422,
      code: "invalid_request",
      expects: { "the key is named": `pm.expect(JSON.stringify(answer.errors)).to.include("verbose")` },
    },
  ],
};
