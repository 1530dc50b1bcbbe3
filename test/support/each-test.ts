// Around each test of the Worker: all files of the project share one. What a test spies on or stubs is as it was for the
// next one; what the service logs is kept, and printed if the test fails.
import { afterAll, afterEach, beforeEach, vi } from "vitest";

const { log } = console;
let lines: unknown[][] = [];
console.log = (...line) => void lines.push(line);
afterAll(() => {
  console.log = log;
});

beforeEach(() => {
  lines = [];
});

afterEach(({ task }) => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  if (task.result?.state === "fail") for (const line of lines) log(...line);
});
