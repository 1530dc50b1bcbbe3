// One step → one Postman item: the request, its scripts, and an example of the answer.
import { STATUS_CODES } from "node:http";
import type { OpenApi } from "../openapi/document.ts";
import type { Operation } from "./document.ts";
import { after, afterMail, before } from "./scripts.ts";
import { type ApiStep, isMail, type MailStep, type Step } from "./step.ts";

/** `shown`: of which answers there is an example already. */
export function itemOf(step: Step, operation: Operation | undefined, document: OpenApi, shown: Set<string>) {
  if (isMail(step))
    return { name: step.title, event: [script("test", afterMail(step))], request: mailRequest(step) };
  const request = requestOf(step, operation);
  return {
    name: step.title,
    event: [
      ...(before(step).length > 0 ? [script("prerequest", before(step))] : []),
      script("test", after(step, operation, document)),
    ],
    request,
    response: examplesOf(step, operation, document, request, shown),
  };
}

export const script = (listen: "prerequest" | "test", exec: string[]) => ({
  listen,
  script: { type: "text/javascript", exec },
});

function mailRequest({ mailTo, note }: MailStep) {
  return {
    description: note ?? "From the local mailbox, newest first.",
    auth: { type: "noauth" },
    method: "GET",
    header: [],
    url: urlOf("{{inbox}}", ["inbox.json"], { to: mailTo }),
  };
}

const bearer = (token: string) => ({
  type: "bearer",
  bearer: [{ key: "token", value: `{{${token}_access}}`, type: "string" }],
});

function requestOf(step: ApiStep, operation: Operation | undefined) {
  const { method, path } = operation ?? (step.operation as { method: string; path: string });
  const segments = path
    .slice(1)
    .replace(/\{(\w+)\}/g, ":$1")
    .split("/");
  const values = { org_id: "{{acme_id}}", ...step.path };
  const variables =
    operation?.pathNames.map((name) => ({ key: name, value: values[name as "org_id"] })) ?? [];
  const text = step.body === undefined ? undefined : bodyOf(step.body);
  const headers = {
    ...(text !== undefined && { "Content-Type": "application/json" }),
    ...step.headers,
  };
  return {
    description: descriptionOf(step, operation),
    auth: step.as ? bearer(step.as) : { type: "noauth" },
    method,
    header: Object.entries(headers).map(([key, value]) => ({ key, value })),
    ...(text !== undefined && {
      body: {
        mode: "raw",
        raw: text,
        options: { raw: { language: typeof step.body === "string" ? "text" : "json" } },
      },
    }),
    url: {
      ...urlOf("{{baseUrl}}", segments, step.query ?? {}),
      ...(variables.length > 0 && { variable: variables }),
    },
  };
}

function urlOf(host: string, path: string[], query: Record<string, string>) {
  const pairs = Object.entries(query).map(([key, value]) => ({ key, value }));
  const search = pairs.map(({ key, value }) => `${key}=${value}`).join("&");
  return {
    raw: `${host}/${path.join("/")}${search && `?${search}`}`,
    host: [host],
    path,
    ...(pairs.length > 0 && { query: pairs }),
  };
}

/** Numbers that stand in variables go without quotes. */
const bodyOf = (body: unknown): string =>
  typeof body === "string" ? body : JSON.stringify(body, null, 2).replace(/"\{\{#(\w+)\}\}"/g, "{{$1}}");

function descriptionOf({ note }: ApiStep, operation: Operation | undefined): string {
  const paragraphs = [
    note,
    operation && `**${operation.summary}** (\`${operation.method} ${operation.path}\`)`,
    operation?.description,
  ];
  return paragraphs.filter(Boolean).join("\n\n");
}

function examplesOf(
  step: ApiStep,
  operation: Operation | undefined,
  document: OpenApi,
  originalRequest: object,
  shown: Set<string>,
) {
  const body = step.code
    ? (document.components.examples?.[step.code] as { value: unknown } | undefined)?.value
    : operation?.answers.get(step.status)?.["application/json"]?.example;
  const key = step.code ?? `${operation?.id} ${step.status}`;
  if (body === undefined || step.page !== undefined || shown.has(key)) return [];
  shown.add(key);
  const type = step.code ? "application/problem+json" : "application/json";
  return [
    {
      name: step.title,
      originalRequest,
      status: STATUS_CODES[step.status] ?? "",
      code: step.status,
      _postman_previewlanguage: "json",
      header: [{ key: "Content-Type", value: type }],
      cookie: [],
      body: JSON.stringify(body, null, 2),
    },
  ];
}
