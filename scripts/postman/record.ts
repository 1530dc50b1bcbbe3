// The examples of the document: what the requests of the journey really sent, and what really came back.
import type { NewmanRunSummary } from "newman";
import { startOwnStack } from "../../local/own-stack.ts";
import type { Examples } from "../openapi/examples.ts";
import type { JsonSchema } from "../openapi/schemas.ts";
import { makeDocument } from "../openapi.ts";
import { cleaner } from "./clean.ts";
import { collectionOf } from "./collection.ts";
import { journey } from "./journey.ts";
import { type ApiStep, isMail } from "./step.ts";
import { failuresOf, makeOperator, walk } from "./walk.ts";

type Sent = { step: ApiStep; request: unknown; answer: unknown };

/** Walks the journey through a service of its own. Errors: one that names what it met and did not expect. */
export async function record(): Promise<Examples> {
  const stack = await startOwnStack("record");
  try {
    const collection = collectionOf(await makeDocument({ operations: {}, errors: {} }), journey);
    const summary = await walk(collection, stack, await makeOperator(stack));
    const failures = failuresOf(summary);
    if (failures.length > 0) throw new Error(`Nothing is recorded:\n- ${failures.join("\n- ")}`);
    return recorded(summary, stack.api);
  } finally {
    await stack.end();
    stack.remove();
  }
}

/** `summary`: of a run without failures, against the stack at `api`. */
export function recorded(summary: NewmanRunSummary, api: string): Examples {
  const sent = sentBy(summary, cleaner(summary, api));
  const examples: Examples = { operations: {}, errors: {} };
  for (const { step, request, answer } of sent) {
    if (step.code) examples.errors[step.code] ??= answer as JsonSchema;
    else keep(examples.operations, step, request, answer);
  }
  return examples;
}

function keep(
  operations: Examples["operations"],
  { operation, status }: ApiStep,
  request: unknown,
  answer: unknown,
): void {
  if (typeof operation !== "string") return;
  const { request: known = request, answers } = operations[operation] ?? { answers: {} };
  const kept =
    answer === undefined || answers[status] !== undefined ? answers : { ...answers, [status]: answer };
  operations[operation] = { ...(known !== undefined && { request: known }), answers: kept };
}

/** Those that are examples first. */
function sentBy(summary: NewmanRunSummary, clean: (text: string) => string): Sent[] {
  const steps = journey.flatMap((chapter) => chapter.steps).filter((step): step is ApiStep => !isMail(step));
  const byTitle = new Map(steps.map((step) => [step.title, step]));
  // Of a request that repeated itself the last time counts.
  const executions = new Map(summary.run.executions.map((execution) => [execution.item.name, execution]));
  const sent = [...executions].flatMap(([title, { request, response }]) => {
    const step = byTitle.get(title);
    if (!step || !response) return [];
    const raw = request.body?.raw;
    return [
      { step, request: parsed(raw && clean(raw)), answer: answerOf(step, clean(response.text() ?? "")) },
    ];
  });
  return sent.sort((a, b) => Number(b.step.example ?? false) - Number(a.step.example ?? false));
}

function answerOf(step: ApiStep, text: string): unknown {
  const answer = step.page === undefined ? parsed(text) : undefined;
  // The document within itself, as far as its schema names it.
  if (step.operation === "getOpenApi" && answer) {
    const { openapi, info } = answer as { openapi: string; info: { title: string; version: string } };
    return { openapi, info: { title: info.title, version: info.version } };
  }
  // Of a list that is always the same, enough to see what it is.
  if (step.operation === "listErrors" && answer) {
    const { data, next_cursor } = answer as { data: object[]; next_cursor: null };
    return { data: data.slice(0, 2), next_cursor };
  }
  return answer;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
