// Around each test of the Worker: all files of the project share one. What a test spies on or stubs is as it was for the
// next one; what it logs is kept, and printed if it fails. (Of tests that run at once: with one of them.)
import { beforeEach, vi } from "vitest";

const { log } = console;

beforeEach(({ onTestFailed, onTestFinished }) => {
  const lines: unknown[][] = [];
  console.log = (...line) => void lines.push(line);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    console.log = log;
  });
  onTestFailed(() => {
    for (const line of lines) log(...line);
  });
});
