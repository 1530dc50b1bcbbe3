// One JSON line per request, one more for a failure that nobody expected. Only fields that are listed here are
// logged: no bodies, headers, query strings, messages of the database or parameters.
type Line = Record<string, string | number | boolean | null | undefined>;

export const logRequest = (line: Line): void =>
  console.log(JSON.stringify({ level: "info", event: "request", ...line }));

/** Messages of these are written by the runtime or by us, never made of input. */
const safeMessages = new Set(["TypeError", "ReferenceError", "RangeError", "ConfigError"]);

/** An unexpected error: its kind, its SQLSTATE if any, and where in our code it came from. */
export function logError(event: string, error: unknown, line: Line = {}): void {
  const { name, stack, message } =
    error instanceof Error ? error : { name: typeof error, stack: "", message: "" };
  const { code, constraint, routine } = error as { code?: string; constraint?: string; routine?: string };
  const where = stack
    ?.split("\n")
    .filter((frame) => /^\s+at /.test(frame))
    .slice(0, 8)
    .map((frame) => frame.trim());
  const shown = safeMessages.has(name) ? message : undefined;
  console.error(
    JSON.stringify({
      level: "error",
      event,
      ...line,
      name,
      message: shown,
      code,
      constraint,
      routine,
      where,
    }),
  );
}
