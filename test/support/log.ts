// What the code under test writes to the console, whatever the method.
import { expect, vi } from "vitest";

/** Looks like a statement, or a part of one. */
export const sqlText =
  /\b(select|insert|update|delete|set|values|from|where)\s+\S+\s+(from|into|set|where|values)\b|\bapp\.\w+\(|\$1/i;

export type Capture = () => string[];

/** Silences the console; the result returns everything that was written since its last call. */
export function captureLog(): Capture {
  const methods = ["log", "error", "warn", "info", "debug", "trace"] as const;
  const spies = methods.map((method) => vi.spyOn(console, method).mockReturnValue());
  return () => {
    const lines = spies.flatMap((spy) =>
      spy.mock.calls.map((values: unknown[]) => values.map(String).join(" ")),
    );
    for (const spy of spies) spy.mockClear();
    return lines;
  };
}

/** The one line of a request. */
export const requestLine = (line: object) => ({
  level: "info",
  event: "request",
  request_id: expect.any(String),
  trips: expect.any(Number),
  duration_ms: expect.any(Number),
  ...line,
});
