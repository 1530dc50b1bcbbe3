// A journey that lacks something is refused, with everything that it lacks.
import type { Operation } from "./document.ts";
import { givenAtTheStart } from "./scripts.ts";
import { type ApiStep, type Chapter, isMail, type Step } from "./step.ts";

const fromEnvironment = ["admin_email", "admin_password"];

/** Errors: one with a sentence for each thing that is wrong. */
export function requireWhole(operations: Operation[], journey: Chapter[]): void {
  const steps = journey.flatMap((chapter) => chapter.steps);
  const faults = [
    ...uncovered(operations, steps),
    ...unknown(operations, steps),
    ...repeated(steps),
    ...unset(operations, steps),
  ];
  if (faults.length === 0) return;
  throw new Error(`The Postman journey (scripts/postman/journey/) is not whole:\n- ${faults.join("\n- ")}`);
}

const apiSteps = (steps: Step[]) => steps.filter((step): step is ApiStep => !isMail(step));

function uncovered(operations: Operation[], steps: Step[]): string[] {
  return operations.flatMap(({ id, method, path, answers }) =>
    [...answers.keys()]
      .filter((status) => !apiSteps(steps).some((step) => step.operation === id && step.status === status))
      .map((status) => `${method} ${path} (${id}) is never answered with ${status}: add a step`),
  );
}

function unknown(operations: Operation[], steps: Step[]): string[] {
  const ids = new Set(operations.map(({ id }) => id));
  return apiSteps(steps).flatMap(({ title, operation }) =>
    typeof operation === "string" && !ids.has(operation)
      ? [`“${title}” names ${operation}, which the document does not have`]
      : [],
  );
}

/** A request that repeats itself is found by its name. */
function repeated(steps: Step[]): string[] {
  const titles = steps.map(({ title }) => title);
  return titles
    .filter((title, i) => titles.indexOf(title) !== i)
    .map((title) => `two requests are called “${title}”`);
}

/** Every variable has its value from an earlier request. */
function unset(operations: Operation[], steps: Step[]): string[] {
  const known = new Set([...givenAtTheStart, ...fromEnvironment]);
  return steps.flatMap((step) => {
    const missing = usedIn(step, operations).filter((name) => !known.has(name));
    if (isMail(step)) known.add(step.token);
    for (const name of Object.keys(step.saves ?? {})) known.add(name);
    const own = step.title;
    return [...new Set(missing)].map((name) => `“${own}” needs {{${name}}}, which nothing before it saves`);
  });
}

function usedIn(step: Step, operations: Operation[]): string[] {
  const { expects, saves: _saves, title: _title, note: _note, ...request } = step;
  const inRequest = [...JSON.stringify(request).matchAll(/\{\{#?(\w+)\}\}/g)].map(([, name = ""]) => name);
  const inTests = [
    ...Object.values(expects ?? {})
      .join()
      .matchAll(/saved\("(\w+)"\)/g),
  ].map(([, name = ""]) => name);
  const local = isMail(step)
    ? []
    : [...(step.before ?? "").matchAll(/variables\.set\("(\w+)"/g)].map(([, name]) => name);
  const token = !isMail(step) && step.as ? [`${step.as}_access`] : [];
  return [...inRequest, ...inTests, ...token, ...missingPathNames(step, operations)].filter(
    (name) => !local.includes(name),
  );
}

/** What has no value stands in for a variable of its name. */
function missingPathNames(step: Step, operations: Operation[]): string[] {
  if (isMail(step)) return [];
  const operation = operations.find(({ id }) => id === step.operation);
  const named = Object.keys({ org_id: "", ...step.path });
  const wanted = operation?.pathNames ?? [];
  const org = wanted.includes("org_id") && !step.path?.org_id ? ["acme_id"] : [];
  return [...org, ...wanted.filter((name) => !named.includes(name))];
}
