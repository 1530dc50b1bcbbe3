// Calls the app as the Workers runtime would, and waits for what runs after the response. Whatever a test is about, the
// answer has to be one of those that the OpenAPI document has for it.
import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { app } from "../../src/app.ts";
import { contractFault } from "./contract.ts";

type Call = {
  method?: string;
  json?: unknown;
  body?: BodyInit;
  token?: string;
  headers?: Record<string, string>;
  /** Settings that differ from the run's. */
  settings?: Record<string, string>;
  /** In place of the run's; null: there is none. */
  shield?: RateLimit | null;
  cf?: Record<string, string>;
  /** Of the URL that the request came for. */
  origin?: string;
};

const configured = new Map<string, object>();

/** The run's bindings with some changed: the same object for the same changes, as an isolate would hold it. */
export function bindings(settings: Record<string, string> = {}): object {
  const key = JSON.stringify(settings);
  const known = configured.get(key) ?? { ...env, ...settings };
  configured.set(key, known);
  return known;
}

/** One request, its response, and everything that it left to do afterwards done. */
export async function call(path: string, options: Call = {}): Promise<Response> {
  const {
    json,
    token,
    settings,
    shield,
    cf,
    body = json === undefined ? null : JSON.stringify(json),
  } = options;
  const headers = new Headers(options.headers);
  if (json !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  if (token) headers.set("authorization", `Bearer ${token}`);
  const method = options.method ?? (body === null ? "GET" : "POST");
  const { origin = "http://127.0.0.1:8787" } = options;
  const request = new Request(`${origin}${path}`, { method, headers, body, ...(cf && { cf }) });
  const context = createExecutionContext();
  const usual = bindings(settings);
  const given = shield === undefined ? usual : { ...usual, FLOOD_SHIELD: shield ?? undefined };
  const response = await app.fetch(request, given, context);
  await waitOnExecutionContext(context);
  const fault = await contractFault(method, new URL(request.url).pathname, response);
  if (fault !== null) throw new Error(`${method} ${path} is not as the document has it: ${fault}`);
  return response;
}

// biome-ignore lint/suspicious/noExplicitAny: a response body is whatever the assertion says it is
export type Body = any;

/** The status and the parsed body of one request. */
export async function ask(
  path: string,
  options: Call = {},
): Promise<{ status: number; body: Body; headers: Headers }> {
  const response = await call(path, options);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}
