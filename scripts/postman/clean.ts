// What examples do not show: tokens that could be used, the marks of one run, and where it ran.
import type { NewmanRunSummary } from "newman";

/** The three parts of a JWT (RFC 7519), or the five of a mail's token (JWE, RFC 7516). */
const token = /\beyJ[\w-]{8,}(?:\.[\w-]*)+/g;
const shown = 12;

const shortened = (part: string) => (part.length > shown ? `${part.slice(0, shown)}…` : part);

/** A text as the examples show it. */
export function cleaner({ run }: NewmanRunSummary, api: string): (text: string) => string {
  const mark = markOf(run.executions);
  return (text) =>
    text
      .replace(token, (found) => found.split(".").map(shortened).join("."))
      .replaceAll(`-${mark}`, "")
      .replaceAll(` ${mark}`, "")
      .replaceAll(api, "https://auth.example.com");
}

/** Addresses and passwords of a run end in it. */
function markOf(executions: NewmanRunSummary["run"]["executions"]): string {
  const bodies = executions.map(({ request }) => request.body?.raw ?? "").join("\n");
  const mark = bodies.match(/"ada-([0-9a-f]{8})@example\.com"/)?.[1];
  if (!mark) throw new Error("the run has no address of Ada's");
  return mark;
}
