// One JSON line per request, one more for a failure that nobody expected. Only fields that are listed here are
// logged: no bodies, headers, query strings, messages of the database or parameters.
type Line = Record<string, string | number | boolean | null | undefined>;

export const logRequest = (line: Line): void =>
  console.log(JSON.stringify({ level: "info", event: "request", ...line }));

/** Something went without what it should have had, and went on. */
export const logWarning = (event: string, line: Line): void =>
  console.warn(JSON.stringify({ level: "warn", event, ...line }));

/** A mail that an address was spared, which somebody may miss. The answer does not tell. */
export const logWithheldMail = (line: Line): void =>
  console.log(JSON.stringify({ level: "info", event: "mail_withheld", ...line }));

/** Messages of these name code and settings. Of others, also of a TypeError, they may quote a value. */
const safeMessages = new Set(["ReferenceError", "ConfigError"]);

/** An unexpected error: its kind, its SQLSTATE if any, and where in our code it came from. */
export function logError(event: string, error: unknown, line: Line = {}): void {
  const { name, stack, message } =
    error instanceof Error ? error : { name: typeof error, stack: "", message: "" };
  const { code, constraint, routine } = (error ?? {}) as Record<string, string | undefined>;
  const where = framesOf(stack, message);
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

/** The calls of a stack, without the message above them, whose lines could pass for calls. */
const framesOf = (stack = "", message = "") =>
  stack
    .slice(stack.includes(message) ? stack.indexOf(message) + message.length : stack.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
